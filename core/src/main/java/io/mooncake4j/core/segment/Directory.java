package io.mooncake4j.core.segment;

import io.mooncake4j.core.classic.ClassicDescriptor;
import java.time.Duration;

/**
 * Where engines find each other: a metadata store, or the peers themselves. All methods may be
 * called from any thread and end within the configured deadlines.
 */
public interface Directory extends AutoCloseable {
  /**
   * What is known of a segment.
   *
   * @param descriptor what it has published
   * @param endpoint where its engine answers
   */
  record Found(ClassicDescriptor descriptor, Endpoint endpoint) {}

  /**
   * Fetches a segment's descriptor.
   *
   * @param name the segment's name
   * @return the descriptor and where its engine answers
   * @throws io.mooncake4j.api.MooncakeException when there is none or it cannot be fetched
   */
  Found find(String name);

  /**
   * Finds where a segment's engine answers, without fetching its descriptor.
   *
   * @param name the segment's name
   * @return the endpoint
   * @throws io.mooncake4j.api.MooncakeException when it is not known
   */
  Endpoint locate(String name);

  /** Says that the local descriptor has changed. Returns at once. */
  void publish();

  /**
   * Waits until peers can see the descriptor as it is now.
   *
   * @param timeout how long to wait
   * @throws io.mooncake4j.api.MooncakeException when the store has not taken it by then
   */
  void awaitPublication(Duration timeout);

  /** Withdraws the local records. Closing twice does nothing. */
  @Override
  void close();
}
