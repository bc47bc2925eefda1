/** The two labs that are compared, both open in one process; runs take turns. */
import { openLab } from '../../lib/src/lab'
import type { Lab } from '../../lib/src/lab'

/** The embedded lab, whatever cluster the environment names. */
export async function openEmbeddedLab(): Promise<Lab> {
  const given = process.env['KAFKA_LAB']
  process.env['KAFKA_LAB'] = 'embedded'
  try {
    return await openLab()
  } finally {
    if (given === undefined) delete process.env['KAFKA_LAB']
    else process.env['KAFKA_LAB'] = given
  }
}
