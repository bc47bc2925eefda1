/**
 * The colours of every chart, by what they mean. They are told apart with each of the common forms
 * of colour blindness (after Okabe and Ito, and Tol), and no chart says anything by colour alone:
 * a lost frame also ends in a cross, a repeated one also says "again".
 */

export const palette = {
  /** Text, and marks that need no meaning. */
  ink: '#222222',
  /** Text of second rank: times, subtitles. */
  faint: '#6b6b6b',
  /** Lifelines, grid, borders. */
  line: '#bdbdbd',
  /** Fill of boxes without meaning. */
  paper: '#f2f2f2',
  /** Arrived; told ok; stands in the log once. */
  arrived: '#0072b2',
  /** Lost: dropped, cut off, crashed; an acknowledged message that no log holds. */
  lost: '#d55e00',
  /** Repeated: sent again, written twice, processed again. */
  repeated: '#aa3377',
  /** Late: held up on its way. */
  late: '#b8860b',
  /** Nobody knows: a timeout or a connection that ended. */
  unknown: '#8c8c8c',
  /** Committed: a transaction's marker, a group's offset. */
  committed: '#228833',
} as const

export type Meaning = keyof typeof palette

/** A fill light enough to write on, for each meaning that fills boxes. */
export const lightPalette: Record<Meaning, string> = {
  ink: '#ffffff',
  faint: '#ffffff',
  line: '#ffffff',
  paper: '#f2f2f2',
  arrived: '#d6e9f5',
  lost: '#fbe0cf',
  repeated: '#f3d9e7',
  late: '#f7ecc9',
  unknown: '#ececec',
  committed: '#d9efdc',
}

/**
 * Leader epochs, one after the other (Tol's pale and dark schemes); a cell also writes its epoch.
 * Apart from the meanings above: who led when a record was written is neither good nor bad.
 */
export const epochPalette: readonly { fill: string; stroke: string }[] = [
  { fill: '#bbccee', stroke: '#222255' },
  { fill: '#ccddaa', stroke: '#225522' },
  { fill: '#eeeebb', stroke: '#666633' },
  { fill: '#ffcccc', stroke: '#663333' },
  { fill: '#cceeff', stroke: '#225555' },
]
