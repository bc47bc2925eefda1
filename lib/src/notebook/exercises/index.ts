/** The exercises, by notebook: for `check` and `hint`. */
export { atMostOnceUnderCrash, atMostOnceUnderErrors } from './at-most-once-charges'
export { loseTheRequest } from './lose-the-request'
export { neverResend } from './never-resend'
export { outlivesTheLeader } from './outlives-the-leader'
export { oneCopy } from './one-copy'
export { allOrNothing } from './all-or-nothing'
export { settleTheCommit } from './settle-the-commit'
