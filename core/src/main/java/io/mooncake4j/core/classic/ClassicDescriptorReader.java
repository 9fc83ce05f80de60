package io.mooncake4j.core.classic;

import static io.mooncake4j.core.classic.ClassicDescriptorCodec.ADDRESS;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.BUFFERS;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.DATA_PORT;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.DATA_VERSION;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.EXTENSION;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.FILE_PATH;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.LENGTH;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.NAME;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.OFFSET;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.PROTOCOL;
import static io.mooncake4j.core.classic.ClassicDescriptorCodec.TIMESTAMP;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads one segment descriptor and accepts or rejects it as a whole, as C++ Mooncake does.
 *
 * <p>Missing members read as 0, empty text or empty list. C++'s rules: names of buffers and devices
 * are not blank, addresses and lengths not 0, keys match each other and the devices in number.
 * Ours: members have the right type, a range ends before the end of the address space and has a
 * length below 2^63, and whoever owns a handshake port has a name. A protocol that is not known is
 * accepted, so that the engine can say which one it is.
 *
 * <p>For one document and one thread.
 */
final class ClassicDescriptorReader {
  private static final Set<String> NAMED_MEMBERS =
      Set.of(NAME, PROTOCOL, BUFFERS, TIMESTAMP, EXTENSION);
  private static final String DEVICES = "devices";
  private static final String DEVICE_PATH = "cxl_name";
  private static final String DEVICE_BASE = "cxl_base_addr";
  private static final String KEYED_SERVER = "rdma_server_name";
  private static final String HANDLE = "shm_name";
  private static final int MAX_PORT = 65535;

  private final String segment;
  private long devices;
  private long nextFileOffset;

  ClassicDescriptorReader(String segment) {
    this.segment = segment;
  }

  ClassicDescriptor read(byte[] text) {
    try {
      Attributes document =
          JsonAttributes.read(text)
              .orElseThrow(
                  () ->
                      new MooncakeException(
                          ErrorCode.METADATA,
                          "segment \""
                              + segment
                              + "\" has no descriptor yet: its engine is still starting; open it"
                              + " again later"));
      return descriptor(document);
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.MALFORMED) {
        throw e;
      }
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          PlainText.of(
              "the descriptor of segment \"" + segment + "\" is not valid: " + e.getMessage()),
          e);
    }
  }

  private ClassicDescriptor descriptor(Attributes document) {
    List<String> protocols = protocols(document);
    Attributes extension = document.find(EXTENSION).orElse(Attributes.emptyMap());
    check(extension.type() == Attributes.Type.MAP, "member \"" + EXTENSION + "\" is no object");
    check(
        !protocols.isEmpty() || !extension.asMap().isEmpty(),
        "member \"" + PROTOCOL + "\" is missing or empty");
    checkMembers(document, protocols);
    List<ClassicBuffer> buffers = new ArrayList<>();
    List<Attributes> entries = document.list(BUFFERS);
    for (int i = 0; i < entries.size(); i++) {
      addBuffer(buffers, i, entries.get(i), protocols);
    }
    Attributes.MapBuilder members = Attributes.map();
    for (Map.Entry<String, Attributes> member : document.asMap().entrySet()) {
      if (!NAMED_MEMBERS.contains(member.getKey())) {
        members.put(member.getKey(), member.getValue());
      }
    }
    return new ClassicDescriptor(
        document.text(NAME, ""), protocols, buffers, members.build(), extension);
  }

  private static List<String> protocols(Attributes document) {
    Attributes protocol = document.find(PROTOCOL).orElse(Attributes.of(""));
    if (protocol.type() != Attributes.Type.LIST) {
      String single = document.text(PROTOCOL, "");
      return single.isEmpty() ? List.of() : List.of(single);
    }
    List<String> protocols = new ArrayList<>();
    for (Attributes element : protocol.asList()) {
      check(
          element.type() == Attributes.Type.TEXT && !element.asText().isEmpty(),
          "member \"" + PROTOCOL + "\" holds something else than words");
      protocols.add(element.asText());
    }
    return List.copyOf(protocols);
  }

  private void checkMembers(Attributes document, List<String> protocols) {
    boolean onlyFiles =
        !protocols.isEmpty()
            && protocols.stream().allMatch(word -> BufferForm.of(word) == BufferForm.FILE);
    check(
        onlyFiles || !document.text(NAME, "").isEmpty(),
        "member \"" + NAME + "\" is missing or empty");
    long port = document.integer(DATA_PORT, 0);
    check(
        port >= 0 && port <= MAX_PORT,
        "member \"" + DATA_PORT + "\" is " + Long.toUnsignedString(port) + ", which is no port");
    long version = document.integer(DATA_VERSION, 1);
    check(
        version >= 0 && version <= Integer.MAX_VALUE,
        "member \"" + DATA_VERSION + "\" is " + Long.toUnsignedString(version));
    checkType(document, KEYED_SERVER, Attributes.Type.TEXT);
    if (protocols.stream().anyMatch(word -> BufferForm.of(word).keyed())) {
      checkDevices(document.list(DEVICES));
    }
    if (protocols.stream().anyMatch(word -> BufferForm.of(word) == BufferForm.DEVICE)) {
      checkType(document, DEVICE_PATH, Attributes.Type.TEXT);
      checkType(document, DEVICE_BASE, Attributes.Type.INTEGER);
    }
  }

  private static void checkType(Attributes document, String member, Attributes.Type type) {
    Attributes node = document.asMap().get(member);
    check(
        node == null || node.type() == type,
        "member \"" + member + "\" is not of type " + type.name().toLowerCase(Locale.ROOT));
  }

  private void checkDevices(List<Attributes> list) {
    devices = list.size();
    for (int i = 0; i < list.size(); i++) {
      Attributes device = list.get(i);
      String path = DEVICES + "[" + i + "]";
      check(device.type() == Attributes.Type.MAP, path + " is no object");
      check(!text(device, NAME, path).isEmpty(), path + "." + NAME + " is missing or empty");
      check(!text(device, "gid", path).isEmpty(), path + ".gid is missing or empty");
    }
  }

  private void addBuffer(
      List<ClassicBuffer> buffers, int index, Attributes entry, List<String> protocols) {
    String path = BUFFERS + "[" + index + "]";
    check(entry.type() == Attributes.Type.MAP, path + " is no object");
    String own = text(entry, PROTOCOL, path);
    String protocol = own;
    if (protocols.size() > 1) {
      check(protocols.contains(own), path + ".protocol \"" + own + "\" is none of " + protocols);
    } else {
      protocol = protocols.isEmpty() ? "" : protocols.get(0);
      own = "";
    }
    BufferForm form = BufferForm.of(protocol);
    long length = integer(entry, LENGTH, path);
    check(length > 0, path + "." + LENGTH + " is " + Long.toUnsignedString(length));
    if (form == BufferForm.HANDLE && text(entry, HANDLE, path).isEmpty()) {
      return;
    }
    if (form.keyed()) {
      checkKeys(entry, form, path);
    }
    String name = text(entry, form == BufferForm.FILE ? FILE_PATH : NAME, path);
    check(
        form == BufferForm.UNKNOWN || !name.isEmpty(),
        path + "." + (form == BufferForm.FILE ? FILE_PATH : NAME) + " is missing or empty");
    long address = address(entry, form, length, path);
    buffers.add(new ClassicBuffer(own, name, address, length, rest(entry)));
  }

  private long address(Attributes entry, BufferForm form, long length, String path) {
    long address;
    switch (form) {
      case FILE -> {
        address = nextFileOffset;
        nextFileOffset += length;
        check(nextFileOffset > 0, path + ": the files together are longer than 2^63 bytes");
      }
      case DEVICE -> address = integer(entry, OFFSET, path);
      default -> {
        address = integer(entry, ADDRESS, path);
        check(address != 0, path + "." + ADDRESS + " is missing or 0");
      }
    }
    // The last byte, not the one behind it: a range may end where the address space does.
    check(
        Long.compareUnsigned(address + (length - 1), address) >= 0,
        path
            + ": "
            + Long.toUnsignedString(length)
            + " bytes from "
            + Long.toUnsignedString(address)
            + " wrap around the end of the address space");
    return address;
  }

  private void checkKeys(Attributes entry, BufferForm form, String path) {
    int local = keys(entry, "lkey", path);
    int remote = keys(entry, "rkey", path);
    if (remote == 0) {
      return;
    }
    check(remote == local, path + " has " + remote + " remote keys, but " + local + " local ones");
    check(
        form != BufferForm.KEYED_PER_DEVICE || remote == devices,
        path + " has " + remote + " remote keys for " + devices + " devices");
  }

  private static int keys(Attributes entry, String member, String path) {
    Attributes keys = entry.find(member).orElse(Attributes.of(List.of()));
    check(keys.type() == Attributes.Type.LIST, path + "." + member + " is no array");
    for (Attributes key : keys.asList()) {
      check(
          key.type() == Attributes.Type.INTEGER,
          path + "." + member + " holds something else than unsigned integers");
    }
    return keys.asList().size();
  }

  private static Attributes rest(Attributes entry) {
    Attributes.MapBuilder members = null;
    for (Map.Entry<String, Attributes> member : entry.asMap().entrySet()) {
      switch (member.getKey()) {
        case PROTOCOL, NAME, ADDRESS, OFFSET, LENGTH, FILE_PATH -> {}
        default -> {
          members = members == null ? Attributes.map() : members;
          members.put(member.getKey(), member.getValue());
        }
      }
    }
    return members == null ? Attributes.emptyMap() : members.build();
  }

  private static String text(Attributes map, String member, String path) {
    Attributes text = map.asMap().get(member);
    check(text == null || text.type() == Attributes.Type.TEXT, path + "." + member + " is no text");
    return text == null ? "" : text.asText();
  }

  private static long integer(Attributes map, String member, String path) {
    Attributes integer = map.asMap().get(member);
    check(
        integer == null || integer.type() == Attributes.Type.INTEGER,
        path + "." + member + " is no unsigned integer");
    return integer == null ? 0 : integer.asInteger();
  }

  private static void check(boolean valid, String defect) {
    if (!valid) {
      throw new MooncakeException(ErrorCode.MALFORMED, defect);
    }
  }
}
