/**
 * A hash of everything that each fact's runs left on the embedded cluster: history, logs, offsets.
 * As a script it prints them as JSON, for a test that compares them with those of another process.
 */
import { createHash } from 'node:crypto'
import type { Run } from '../../lib/src/history/run'
import { openLab, type Lab } from '../../lib/src/lab'
import { factNames, loadFact } from './fact'

/** By the fact's name, run in the order given. */
export async function runHashes(names: readonly string[]): Promise<Record<string, string>> {
  process.env['KAFKA_LAB'] = 'embedded'
  const lab = await openLab()
  const hashes: Record<string, string> = {}
  for (const name of names) {
    const hash = createHash('sha256')
    const watched = async (...given: Parameters<Lab['run']>): Promise<Run> => {
      const run = await lab.run(...given)
      hash.update(JSON.stringify(run))
      return run
    }
    await loadFact(name).run({ run: watched as Lab['run'], close: () => lab.close() })
    hashes[name] = hash.digest('hex')
  }
  return hashes
}

if (require.main === module) {
  void runHashes(factNames()).then((hashes) => console.log(JSON.stringify(hashes)))
}
