package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.RemoteEntry;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What this engine publishes: the entries of its regions for each transport, and the descriptor
 * made of them.
 *
 * <p>The descriptor is encoded when someone asks for it, not when something changes, so that ten
 * thousand registrations do not cause ten thousand encodings. Safe from any thread.
 */
public final class LocalSegment {
  /** What C++ and Java peers are shown when no transport has a classic form. */
  private static final String NO_PROTOCOL = "none";

  private final String name;
  private final String engineId = UUID.randomUUID().toString();
  private final List<InstalledTransport> transports;
  private final InstalledTransport classic;
  private final long maxDescriptorBytes;
  private final String limitName;

  // Guarded by this.
  private final Map<Region, List<List<PublishedEntry>>> published = new LinkedHashMap<>();
  private long entryBytes;

  /** For each transport, how many regions have other entries for it than for the classic one. */
  private final int[] unlikeClassic;

  private long version;
  private byte[] encoded;

  /**
   * The entries of one transport at one moment.
   *
   * @param version changes whenever any entry does
   * @param entries in order of registration
   */
  record Listing(long version, List<RemoteEntry> entries) {}

  private record Advertised(InstalledTransport transport, Advertisement advertisement) {}

  /**
   * Makes the state of an engine without regions.
   *
   * @param name the segment's name
   * @param transports the installed transports, best first
   * @param classic the one whose entries C++ peers are shown, or null
   * @param maxDescriptorBytes the longest descriptor that peers can read
   * @param limitName the option that sets this limit
   */
  public LocalSegment(
      String name,
      List<InstalledTransport> transports,
      InstalledTransport classic,
      long maxDescriptorBytes,
      String limitName) {
    this.name = name;
    this.transports = List.copyOf(transports);
    this.classic = classic;
    this.maxDescriptorBytes = maxDescriptorBytes;
    this.limitName = limitName;
    this.unlikeClassic = new int[transports.size()];
  }

  /**
   * Returns the segment's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Says whether a descriptor is one of this engine, in this life of its process.
   *
   * @param descriptor any
   * @return true for what {@link #descriptor()} has returned
   */
  public boolean wrote(ClassicDescriptor descriptor) {
    return JavaMember.engineOf(descriptor.extension()).equals(engineId);
  }

  /**
   * Adds regions: all or none.
   *
   * @param regions region to its entries, one list for each transport in the engine's order
   * @throws MooncakeException with {@link ErrorCode#LIMIT_EXCEEDED} when peers could no longer read
   *     the descriptor
   */
  public synchronized void add(Map<Region, List<List<PublishedEntry>>> regions) {
    long more = 0;
    for (Map.Entry<Region, List<List<PublishedEntry>>> region : regions.entrySet()) {
      more += classicBytes(region.getKey(), region.getValue());
    }
    long total = frameBytes() + entryBytes + more;
    if (total > maxDescriptorBytes) {
      throw new MooncakeException(
          ErrorCode.LIMIT_EXCEEDED,
          "with "
              + (published.size() + regions.size())
              + " regions the descriptor of "
              + name
              + " would take "
              + total
              + " bytes, and peers read at most "
              + limitName
              + "="
              + maxDescriptorBytes
              + "; register fewer, larger regions, or raise the limit here and on every peer");
    }
    published.putAll(regions);
    regions.values().forEach(entries -> countUnlike(entries, 1));
    entryBytes += more;
    changed();
  }

  /**
   * Takes regions out; those that are not there are ignored.
   *
   * @param regions the regions
   */
  public synchronized void remove(Collection<Region> regions) {
    for (Region region : regions) {
      List<List<PublishedEntry>> entries = published.remove(region);
      if (entries != null) {
        entryBytes -= classicBytes(region, entries);
        countUnlike(entries, -1);
      }
    }
    changed();
  }

  /** Forgets the encoded descriptor because an advertisement has changed. */
  public synchronized void changed() {
    version++;
    encoded = null;
  }

  /**
   * Returns the descriptor's bytes, as the handshake sends them.
   *
   * @return JSON with a trailing line feed; not to be modified
   */
  public synchronized byte[] encoded() {
    if (encoded == null) {
      encoded =
          ClassicDescriptorCodec.encode(
              descriptor(), LocalDateTime.now(ZoneId.systemDefault()), true);
    }
    return encoded;
  }

  /**
   * Returns the descriptor.
   *
   * @return as peers would decode it
   */
  public synchronized ClassicDescriptor descriptor() {
    List<ClassicBuffer> buffers = new ArrayList<>();
    if (classic != null) {
      published.forEach(
          (region, entries) ->
              entries
                  .get(classic.index())
                  .forEach(entry -> buffers.add(classicBuffer(region, entry))));
    }
    return around(buffers);
  }

  private ClassicDescriptor around(List<ClassicBuffer> buffers) {
    List<Advertised> advertised = new ArrayList<>();
    transports.stream()
        .filter(InstalledTransport::isPublished)
        .forEach(
            it -> it.advertisement().ifPresent(own -> advertised.add(new Advertised(it, own))));
    return new ClassicDescriptor(
        name, List.of(protocol()), buffers, classicMembers(advertised), javaMember(advertised));
  }

  private String protocol() {
    return classic == null
        ? NO_PROTOCOL
        : classic.description().classicForm().map(ClassicForm::protocol).orElse(NO_PROTOCOL);
  }

  private ClassicBuffer classicBuffer(Region region, PublishedEntry entry) {
    return new ClassicBuffer(
        "", bufferName(classic, region), entry.address(), entry.length(), entry.members());
  }

  private String bufferName(InstalledTransport transport, Region region) {
    return transport
        .description()
        .classicForm()
        .filter(form -> form.bufferName() == ClassicForm.BufferName.SEGMENT)
        .map(form -> name)
        .orElseGet(() -> region.location().text());
  }

  private Attributes classicMembers(List<Advertised> advertised) {
    Attributes.MapBuilder members = Attributes.map();
    for (Advertised it : advertised) {
      Attributes own = it.advertisement().classic();
      if (isClassic(it.transport())) {
        members.putAll(own);
      } else {
        // A protocol's own members would mislead readers of another; the common ones do not.
        own.asMap().forEach((key, value) -> putCommon(members, key, value));
      }
    }
    return members.build();
  }

  private static void putCommon(Attributes.MapBuilder members, String key, Attributes value) {
    if (ClassicDescriptorCodec.isCommonMember(key)) {
      members.put(key, value);
    }
  }

  private Attributes javaMember(List<Advertised> advertised) {
    Map<String, Attributes> sections = new TreeMap<>();
    for (Advertised it : advertised) {
      sections.put(
          it.transport().name(),
          JavaMember.section(it.advertisement().extension(), entriesAreClassic(it.transport())));
    }
    return JavaMember.of(engineId, sections);
  }

  private boolean isClassic(InstalledTransport transport) {
    return classic != null && classic.index() == transport.index();
  }

  private boolean entriesAreClassic(InstalledTransport transport) {
    if (isClassic(transport)) {
      return true;
    }
    return classic != null
        && transport.description().addressSpace() == classic.description().addressSpace()
        && unlikeClassic[transport.index()] == 0;
  }

  /** Counts as regions come and go, because a look at all of them would be too much each time. */
  private void countUnlike(List<List<PublishedEntry>> entries, int change) {
    for (int i = 0; classic != null && i < unlikeClassic.length; i++) {
      if (!sameRanges(entries.get(i), entries.get(classic.index()))) {
        unlikeClassic[i] += change;
      }
    }
  }

  private static boolean sameRanges(List<PublishedEntry> left, List<PublishedEntry> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (left.get(i).address() != right.get(i).address()
          || left.get(i).length() != right.get(i).length()
          || !left.get(i).members().asMap().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #entriesOf}, for peers, who are not told of what only this engine can use. */
  Listing publishedEntriesOf(String transportName) {
    if (!transport(transportName).isPublished()) {
      throw unknown(transportName);
    }
    return entriesOf(transportName);
  }

  synchronized Listing entriesOf(String transportName) {
    InstalledTransport transport = transport(transportName);
    List<RemoteEntry> entries = new ArrayList<>();
    published.forEach(
        (region, lists) ->
            lists.get(transport.index()).forEach(it -> entries.add(remote(transport, region, it))));
    return new Listing(version, entries);
  }

  private InstalledTransport transport(String transportName) {
    for (InstalledTransport transport : transports) {
      if (transport.name().equals(transportName)) {
        return transport;
      }
    }
    throw unknown(transportName);
  }

  private MooncakeException unknown(String transportName) {
    return new MooncakeException(
        ErrorCode.UNSUPPORTED_TRANSPORT, name + " has no transport " + transportName);
  }

  private RemoteEntry remote(InstalledTransport transport, Region region, PublishedEntry entry) {
    return new RemoteEntry(
        bufferName(transport, region), entry.address(), entry.length(), entry.members());
  }

  /** The encoded length of everything but the buffers. */
  private long frameBytes() {
    ClassicDescriptor frame = around(List.of());
    return ClassicDescriptorCodec.encode(frame, LocalDateTime.now(ZoneId.systemDefault()), true)
        .length;
  }

  /** The encoded length of a region's buffers, each with its comma. */
  private long classicBytes(Region region, List<List<PublishedEntry>> entries) {
    if (classic == null) {
      return 0;
    }
    long bytes = 0;
    for (PublishedEntry entry : entries.get(classic.index())) {
      bytes += ClassicDescriptorCodec.encodedBytes(protocol(), classicBuffer(region, entry)) + 1;
    }
    return bytes;
  }
}
