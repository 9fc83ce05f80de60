package io.mooncake4j.core.classic;

import io.mooncake4j.spi.Attributes;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes segment descriptors byte for byte as C++ Mooncake does, and reads them with its rules and
 * a few that keep bad ones from doing harm (see {@link ClassicDescriptorReader}).
 *
 * <p>Stateless; safe from any thread. Format: Mooncake transfer engine wire format, segment
 * descriptor schemas.
 */
public final class ClassicDescriptorCodec {
  static final String NAME = "name";
  static final String PROTOCOL = "protocol";
  static final String BUFFERS = "buffers";
  static final String TIMESTAMP = "timestamp";
  static final String EXTENSION = "mooncake4j";
  static final String DATA_PORT = "tcp_data_port";
  static final String DATA_HOST = "tcp_data_host";
  static final String DATA_VERSION = "tcp_proto_version";
  static final String ADDRESS = "addr";
  static final String OFFSET = "offset";
  static final String LENGTH = "length";
  static final String FILE_PATH = "file_path";

  private static final DateTimeFormatter TIMESTAMP_FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private ClassicDescriptorCodec() {}

  /**
   * Writes a descriptor.
   *
   * @param descriptor what to write; {@code tcp_data_port} and {@code tcp_proto_version} become 0
   *     and 1 where its members do not say otherwise
   * @param localTime now, in the time zone of the host
   * @param trailingNewline whether a line feed ends it, as in handshakes and in etcd and redis, or
   *     not, as over HTTP
   * @return ASCII
   */
  public static byte[] encode(
      ClassicDescriptor descriptor, LocalDateTime localTime, boolean trailingNewline) {
    Attributes.MapBuilder document =
        Attributes.map().put(DATA_PORT, 0).put(DATA_VERSION, 1).putAll(descriptor.members());
    document.put(NAME, descriptor.name());
    document.put(PROTOCOL, protocol(descriptor.protocols()));
    List<Attributes> buffers = new ArrayList<>(descriptor.buffers().size());
    for (ClassicBuffer buffer : descriptor.buffers()) {
      buffers.add(buffer(descriptor.protocolOf(buffer), buffer));
    }
    document.put(BUFFERS, Attributes.of(buffers));
    document.put(TIMESTAMP, TIMESTAMP_FORMAT.format(localTime));
    if (!descriptor.extension().asMap().isEmpty()) {
      document.put(EXTENSION, descriptor.extension());
    }
    return JsonAttributes.write(document.build(), trailingNewline);
  }

  /**
   * Says whether C++ Mooncake writes a member for every protocol, so that it misleads no reader.
   *
   * @param member a member of the top level
   * @return true for the members of the TCP data port
   */
  public static boolean isCommonMember(String member) {
    return member.equals(DATA_PORT) || member.equals(DATA_VERSION) || member.equals(DATA_HOST);
  }

  /**
   * Returns how long one buffer is in an encoded descriptor.
   *
   * @param protocol the descriptor's protocol
   * @param buffer the buffer
   * @return bytes, without a comma
   */
  public static int encodedBytes(String protocol, ClassicBuffer buffer) {
    return JsonAttributes.write(buffer(protocol, buffer), false).length;
  }

  private static Attributes protocol(List<String> protocols) {
    return protocols.size() > 1
        ? Attributes.ofTexts(protocols)
        : Attributes.of(protocols.isEmpty() ? "" : protocols.get(0));
  }

  private static Attributes buffer(String protocol, ClassicBuffer buffer) {
    Attributes.MapBuilder members = Attributes.map().putAll(buffer.members());
    if (!buffer.protocol().isEmpty()) {
      members.put(PROTOCOL, buffer.protocol());
    }
    members.put(LENGTH, buffer.length());
    switch (BufferForm.of(protocol)) {
      // The position of a file follows from the files before it.
      case FILE -> members.put(FILE_PATH, buffer.name());
      case DEVICE -> members.put(NAME, buffer.name()).put(OFFSET, buffer.address());
      default -> members.put(NAME, buffer.name()).put(ADDRESS, buffer.address());
    }
    return members.build();
  }

  /**
   * Reads a descriptor.
   *
   * @param segment the name that was asked for, for the messages of errors
   * @param text UTF-8
   * @return the descriptor
   * @throws io.mooncake4j.api.MooncakeException with {@link io.mooncake4j.api.ErrorCode#MALFORMED}
   *     when it is not valid as a whole, with {@link io.mooncake4j.api.ErrorCode#METADATA} when it
   *     is the null of a peer that has no segment yet
   */
  public static ClassicDescriptor decode(String segment, byte[] text) {
    return new ClassicDescriptorReader(segment).read(text);
  }
}
