package io.mooncake4j.testkit.sim;

/** Where flights rest; both calls are safe from any thread. */
interface FlightPark {
  /** Lets a parked flight go on, unless it has left in the meantime. */
  void resume(Flight flight, long ticket);

  /** Breaks the link of a parked flight, unless it has left in the meantime. */
  void breakLink(Flight flight, long ticket, String detail);
}
