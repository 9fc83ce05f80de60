package io.mooncake4j.core.records;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.RpcMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a metadata store holds for one name. Immutable; the arrays must not be modified.
 *
 * @param name the name
 * @param descriptorKey where the descriptor is, or would be
 * @param descriptor its bytes, if there is one
 * @param addressKey where the handshake address is, or would be
 * @param address its bytes, if there is one
 */
public record NamedRecords(
    String name,
    String descriptorKey,
    Optional<byte[]> descriptor,
    String addressKey,
    Optional<byte[]> address) {
  /** Checks that nothing is null. */
  public NamedRecords {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(descriptorKey, "descriptorKey");
    Objects.requireNonNull(descriptor, "descriptor");
    Objects.requireNonNull(addressKey, "addressKey");
    Objects.requireNonNull(address, "address");
  }

  /**
   * Says whether there is anything.
   *
   * @return false when both records are missing
   */
  public boolean exist() {
    return descriptor.isPresent() || address.isPresent();
  }

  /**
   * Says whether no engine is expected behind the segment, as for files: its name has a slash, and
   * there is no address.
   *
   * @return true for what is never pruned
   */
  public boolean isWithoutOwner() {
    return name.indexOf('/') >= 0 && address.isEmpty();
  }

  /**
   * Reads the descriptor.
   *
   * @return the descriptor, or nothing when there is none or it is not valid
   */
  public Optional<ClassicDescriptor> readDescriptor() {
    try {
      return descriptor.map(text -> ClassicDescriptorCodec.decode(name, text));
    } catch (MooncakeException e) {
      return Optional.empty(); // defects() tells why.
    }
  }

  /**
   * Reads the address.
   *
   * @return the address, or nothing when there is none or it is not valid
   */
  public Optional<RpcMeta> readAddress() {
    try {
      return address.map(text -> RpcMeta.decode(name, text));
    } catch (MooncakeException e) {
      return Optional.empty(); // defects() tells why.
    }
  }

  /**
   * Returns what is not as an engine leaves it.
   *
   * @return a sentence each, for people; empty when all is well
   */
  public List<String> defects() {
    List<String> defects = new ArrayList<>();
    if (descriptor.isEmpty()) {
      defects.add("there is no descriptor");
    }
    if (address.isEmpty() && !isWithoutOwner()) {
      defects.add("no record tells where the engine answers");
    }
    try {
      descriptor
          .map(text -> ClassicDescriptorCodec.decode(name, text))
          .filter(it -> !it.name().isEmpty() && !it.name().equals(name))
          .ifPresent(it -> defects.add("the descriptor says that its name is " + it.name()));
    } catch (MooncakeException e) {
      defects.add(e.getMessage());
    }
    try {
      address.ifPresent(text -> RpcMeta.decode(name, text));
    } catch (MooncakeException e) {
      defects.add(e.getMessage());
    }
    return defects;
  }

  /** Whether both have the same owner, as far as the records tell. */
  boolean hasAddressOf(NamedRecords other) {
    return Arrays.equals(address.orElse(null), other.address.orElse(null));
  }
}
