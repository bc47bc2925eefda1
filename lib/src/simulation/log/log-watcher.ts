/** Hears of every change of one log, at once and within the step that makes it. */
import type { StoredBatch } from '../stored-batch'

export interface LogWatcher {
  /** The batch is the log's last now. */
  appended(batch: StoredBatch): void
  /** The log was cut, or its process died: what follows from its batches was worked out anew. */
  rebuilt(): void
  /** The high watermark or the start offset is another. */
  moved(): void
}
