/**
 * Acts: what a fault does at its point, in order, while the thing at the point waits. `drop`,
 * `disconnect` and `crash` consume the frame, or an effect's answer; after any other act it goes
 * on. Every act is a plain value. Acts on brokers need a cluster whose processes the lab owns.
 */
import type { Act, BrokerRef, Fault, Point } from '../history/plan'

/** A fault: `on(response('Produce', { nth: 1 }), disconnect())`. */
export function on(point: Point, ...acts: Act[]): Fault {
  return { point, acts }
}

/**
 * Swallows the frame; the connection stays. TCP does not lose single frames: a dropped response
 * stands for one that comes later than the client's `requestTimeout`.
 */
export function drop(): Act {
  return { act: 'drop' }
}

/**
 * Ends the connection as a reset: the frame and what is behind it never arrive. At an effect the
 * outside world has done it and its answer is lost: the app's call rejects.
 */
export function disconnect(): Act {
  return { act: 'disconnect' }
}

/** Sends the request twice on its connection; the answer to the copy is swallowed. */
export function duplicate(): Act {
  return { act: 'duplicate' }
}

/** Holds the frame, and those behind it on its connection, for `ms` milliseconds. */
export function delay(ms: number): Act {
  return { act: 'delay', ms }
}

/** Holds the frame, and those behind it on its connection, until something passes `point`. */
export function holdUntil(point: Point): Act {
  return { act: 'holdUntil', point }
}

/** Sends a copy of the request on a connection of its own when something passes `point`. */
export function resendAt(point: Point): Act {
  return { act: 'resendAt', point }
}

/** Kills the app at the point (`crash()`), or the one named: needed at a time. */
export function crash(app?: string): Act {
  return app === undefined ? { act: 'crash' } : { act: 'crash', app }
}

/** Waits `ms` milliseconds before the next act. */
export function sleep(ms: number): Act {
  return { act: 'sleep', ms }
}

/** SIGKILL: the broker's process is gone, its disk and the page cache stay. */
export function kill(broker: BrokerRef): Act {
  return { act: 'kill', broker }
}

/**
 * The broker's machine loses its power: what was not flushed to its disk is gone, acknowledged or
 * not. On the embedded cluster only.
 */
export function powerLoss(broker: BrokerRef): Act {
  return { act: 'powerLoss', broker }
}

/**
 * The broker's machine dies with its disk: the broker is killed and its logs are gone, flushed or
 * not. `restart` brings it back under its old name with nothing on its disk, as a replaced one.
 */
export function loseDisk(broker: BrokerRef): Act {
  return { act: 'loseDisk', broker }
}

/**
 * A planned move: makes `broker`, an in-sync replica, the preferred leader of a partition and asks
 * the controller to elect it, as an operator does before a machine is serviced. No process dies.
 */
export function moveLeader(topic: string, broker: number, partition = 0): Act {
  return { act: 'moveLeader', topic, partition, broker }
}

/**
 * Nothing passes between the app and the broker until the run's end; their connections stay, and
 * what was sent arrives then, as TCP would send it again. On the embedded cluster only.
 */
export function cutOff(app: string, broker: BrokerRef): Act {
  return { act: 'cutOff', app, broker }
}

/** SIGSTOP: the broker keeps its connections and answers nothing. */
export function pause(broker: BrokerRef): Act {
  return { act: 'pause', broker }
}

/** SIGCONT after `pause`. */
export function resume(broker: BrokerRef): Act {
  return { act: 'resume', broker }
}

/** Starts a killed broker again, with its disk. */
export function restart(broker: BrokerRef): Act {
  return { act: 'restart', broker }
}

/** The leader of a partition when the fault fires. */
export function leaderOf(topic: string, partition = 0): BrokerRef {
  return { leaderOf: { topic, partition } }
}

/** The replicas of a partition other than its leader when the fault fires. */
export function followersOf(topic: string, partition = 0): BrokerRef {
  return { followersOf: { topic, partition } }
}

/** The coordinator of a group or of a transactional id when the fault fires. */
export function coordinatorOf(of: { group: string } | { transactionalId: string }): BrokerRef {
  return { coordinatorOf: of }
}
