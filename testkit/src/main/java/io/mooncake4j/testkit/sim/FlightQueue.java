package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Slice;

/**
 * The flights of one transport: those under way, those that wait for its thread, and free ones.
 * Linked through the flights themselves, so that steady use allocates nothing. Guarded by the
 * transport's lock.
 */
final class FlightQueue {
  private Flight active;
  private Flight head;
  private Flight tail;
  private Flight free;
  private long tickets;

  Flight take() {
    Flight flight = free;
    if (flight == null) {
      return new Flight();
    }
    free = flight.next;
    flight.next = null;
    return flight;
  }

  void activate(Flight flight) {
    flight.ticket = ++tickets;
    flight.next = active;
    flight.previous = null;
    if (active != null) {
      active.previous = flight;
    }
    active = flight;
  }

  void enqueue(Flight flight) {
    flight.state = Flight.State.QUEUED;
    flight.nextQueued = null;
    if (tail == null) {
      head = flight;
    } else {
      tail.nextQueued = flight;
    }
    tail = flight;
  }

  /** Takes the flight that has waited longest, or null. */
  Flight poll() {
    Flight flight = head;
    if (flight != null) {
      head = flight.nextQueued;
      if (head == null) {
        tail = null;
      }
      flight.nextQueued = null;
      flight.state = Flight.State.RUNNING;
    }
    return flight;
  }

  private void dequeue(Flight flight) {
    Flight before = null;
    for (Flight at = head; at != flight; at = at.nextQueued) {
      before = at;
    }
    if (before == null) {
      head = flight.nextQueued;
    } else {
      before.nextQueued = flight.nextQueued;
    }
    if (tail == flight) {
      tail = before;
    }
    flight.nextQueued = null;
  }

  /** Forgets a flight and frees it; its fields are gone. */
  void retire(Flight flight) {
    if (flight.state == Flight.State.QUEUED) {
      dequeue(flight);
    }
    if (flight.previous == null) {
      active = flight.next;
    } else {
      flight.previous.next = flight.next;
    }
    if (flight.next != null) {
      flight.next.previous = flight.previous;
    }
    flight.previous = null;
    flight.clear();
    flight.next = free;
    free = flight;
  }

  Flight find(Slice slice) {
    for (Flight flight = active; flight != null; flight = flight.next) {
      if (flight.slice == slice) {
        return flight;
      }
    }
    return null;
  }

  long newestTicket() {
    return tickets;
  }

  /** Makes running flights to a peer, or to any when null, fail as soon as they can. */
  void stopRunning(Peer peer, ErrorCode code) {
    for (Flight flight = active; flight != null; flight = flight.next) {
      if (flight.state == Flight.State.RUNNING && (peer == null || flight.peer == peer)) {
        flight.stop = code;
      }
    }
  }

  /** Finds a slice to a peer, or to any when null, that is not running and not too new. */
  Flight anyAtRest(Peer peer, long newest) {
    for (Flight flight = active; flight != null; flight = flight.next) {
      boolean fits = flight.slice != null && (peer == null || flight.peer == peer);
      if (fits && flight.state != Flight.State.RUNNING && flight.ticket <= newest) {
        return flight;
      }
    }
    return null;
  }
}
