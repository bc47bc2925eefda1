/** Faults as values: points, acts, matching, and what makes a plan impossible. */
export { at, effect, request, response, stored } from './points'
export {
  coordinatorOf,
  crash,
  cutOff,
  delay,
  disconnect,
  drop,
  duplicate,
  followersOf,
  holdUntil,
  kill,
  leaderOf,
  loseDisk,
  moveLeader,
  on,
  pause,
  powerLoss,
  resendAt,
  restart,
  resume,
  sleep,
} from './acts'
export { PointMatcher, pointLabel } from './matching'
export type { FrameAtPoint, RequestHits, ThingAtPoint } from './matching'
export { faultProblems, pointProblems } from './validate'
export type { FaultScope } from './validate'
