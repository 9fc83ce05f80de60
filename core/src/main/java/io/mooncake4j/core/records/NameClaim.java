package io.mooncake4j.core.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.core.options.CoreOptions;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a name in a metadata store for one engine: from nobody or from a dead engine, never from
 * one that lives.
 *
 * <p>Where the store can compare and set, of two engines that come at the same moment one gets the
 * name. Elsewhere the record is read again right before and after it is written, which leaves a
 * small gap; whoever lost the name there sees it when it looks after its records. Safe from any
 * thread.
 */
public final class NameClaim {
  private static final Logger LOG = LoggerFactory.getLogger(NameClaim.class);
  private static final int ATTEMPTS = 3;

  private final StoreRecords records;
  private final OwnerProbe probe;
  private final String name;
  private final RpcMeta own;
  private volatile boolean written;

  /**
   * Makes a claim, without raising it yet.
   *
   * @param records where the name is
   * @param probe tells whether an earlier owner lives
   * @param name the name
   * @param own where the claiming engine answers
   */
  public NameClaim(StoreRecords records, OwnerProbe probe, String name, RpcMeta own) {
    this.records = records;
    this.probe = probe;
    this.name = name;
    this.own = own;
  }

  /**
   * Returns where the claiming engine answers.
   *
   * @return host and port, for people
   */
  public String ownAddress() {
    return OwnerProbe.text(own);
  }

  /**
   * Takes the name when the engine starts. An owner that does not answer counts as gone.
   *
   * @throws MooncakeException with {@link ErrorCode#NAME_TAKEN} when it lives, {@link
   *     ErrorCode#METADATA} or {@link ErrorCode#TIMEOUT} when the store does not do its part
   */
  public void take() {
    take(false);
  }

  /**
   * Takes the name again that somebody else has, or nobody. An owner that may live keeps it.
   *
   * @throws MooncakeException as {@link #take()}
   */
  public void takeBack() {
    take(true);
  }

  private void take(boolean onlyFromTheDead) {
    for (int attempt = 1; ; attempt++) {
      StoreRecords.Earlier earlier = records.earlier(name);
      if (earlier.value().isPresent()) {
        requireGone(earlier.value().get(), onlyFromTheDead);
      }
      try {
        write(earlier);
        return;
      } catch (MooncakeException e) {
        boolean another = e.code() == ErrorCode.METADATA || e.code() == ErrorCode.NAME_TAKEN;
        if (attempt == ATTEMPTS || !another) {
          throw e;
        }
        // Servers refuse a second record of a name: who was first is read in the next round.
      }
    }
  }

  /** Writes our address over a dead one or none; fails when another engine was quicker. */
  private void write(StoreRecords.Earlier earlier) {
    if (earlier.isVersioned()) {
      written = true;
      if (!records.replace(name, earlier, own)) {
        throw atTheSameMoment("several engines take the name " + name);
      }
      return;
    }
    if (earlier.value().isPresent()) {
      Optional<byte[]> now = records.address(name);
      if (now.isPresent() && !Arrays.equals(now.get(), earlier.value().get())) {
        throw instead(now.get());
      }
      records.removeAddress(name);
    }
    written = true;
    records.putAddress(name, own);
    Optional<byte[]> found = records.address(name);
    if (!isOurs(found)) {
      throw found
          .map(this::instead)
          .orElseGet(() -> unlikeAStore("the metadata store has no such record"));
    }
  }

  /** What it means that the store holds another record than ours. */
  private MooncakeException instead(byte[] record) {
    try {
      String address = OwnerProbe.text(RpcMeta.decode(name, record));
      return atTheSameMoment("the engine at " + address + " takes the name " + name);
    } catch (MooncakeException e) {
      return unlikeAStore(e.getMessage());
    }
  }

  private static MooncakeException atTheSameMoment(String words) {
    return new MooncakeException(
        ErrorCode.NAME_TAKEN, words + " at the same moment; choose another name");
  }

  private MooncakeException unlikeAStore(String words) {
    return new MooncakeException(
        ErrorCode.METADATA,
        "the metadata store does not give back "
            + records.keys().rpcMeta(name)
            + " as it was written: "
            + words
            + "; is what "
            + CoreOptions.METADATA
            + " names a metadata store?");
  }

  /**
   * Says whether the store may hold a record that this claim has written.
   *
   * @return true once writing was tried, whether or not it succeeded
   */
  public boolean hasWritten() {
    return written;
  }

  /**
   * Says whether a record tells our address.
   *
   * @param record as the store holds it, if it does
   * @return true when it is what this claim writes
   */
  public boolean isOurs(Optional<byte[]> record) {
    return record
        .filter(it -> Arrays.equals(it, own.encode(records.trailingNewline())))
        .isPresent();
  }

  private void requireGone(byte[] record, boolean onlyFromTheDead) {
    if (isOurs(Optional.of(record))) {
      return; // We listen there, so whoever wrote it does not any more.
    }
    RpcMeta address;
    try {
      address = RpcMeta.decode(name, record);
    } catch (MooncakeException e) {
      // Nobody can reach an engine by it, so nobody loses one.
      LOG.info("the record {} is replaced: {}", records.keys().rpcMeta(name), e.getMessage());
      return;
    }
    OwnerProbe.Verdict verdict = probe.judge(name, address);
    switch (verdict.state()) {
      case DEAD -> LOG.info("the earlier engine {} is gone: {}", name, verdict.words());
      case UNKNOWN -> {
        if (onlyFromTheDead) {
          throw taken(verdict);
        }
        LOG.warn("the earlier engine {} counts as gone: {}", name, verdict.words());
      }
      case ALIVE -> throw taken(verdict);
    }
  }

  private MooncakeException taken(OwnerProbe.Verdict verdict) {
    return new MooncakeException(
        ErrorCode.NAME_TAKEN,
        "the name "
            + name
            + " is taken: "
            + verdict.words()
            + "; stop that engine or choose another name (if it is not "
            + name
            + " at all, remove the records "
            + records.keys().rpcMeta(name)
            + " and "
            + records.keys().segment(name)
            + " from the metadata store by hand)");
  }
}
