package io.mooncake4j.metadata.server.records;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Where changes go before they are acknowledged. Used by one thread at a time. */
interface Journal extends AutoCloseable {
  /** A journal that keeps nothing. */
  Journal NONE =
      new Journal() {
        @Override
        public void append(List<Change> changes, Map<String, byte[]> before) {}

        @Override
        public void tidy(Map<String, byte[]> records, long recordBytes) {}

        @Override
        public long size() {
          return 0;
        }

        @Override
        public void close() {}
      };

  /**
   * Brings changes to disk, all or none of them.
   *
   * @param changes in their order
   * @param before the records without them: what is on disk already
   * @throws IOException when they are not on disk; the journal can be used again
   */
  void append(List<Change> changes, Map<String, byte[]> before) throws IOException;

  /**
   * Drops what is outdated, once that is worth it.
   *
   * @param records all there are
   * @param recordBytes of all keys and values
   */
  void tidy(Map<String, byte[]> records, long recordBytes);

  /** Bytes of the file. */
  long size();

  @Override
  void close();
}
