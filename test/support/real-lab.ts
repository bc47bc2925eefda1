/** The lab on real Kafka: on the brokers that `KAFKA_LAB` names, else on the local cluster. */
import { openLab, type Lab } from '../../lib/src/lab'

export async function openRealLab(): Promise<Lab> {
  const given = process.env['KAFKA_LAB']
  process.env['KAFKA_LAB'] = given === undefined || given === 'embedded' ? 'local' : given
  try {
    return await openLab()
  } finally {
    if (given === undefined) delete process.env['KAFKA_LAB']
    else process.env['KAFKA_LAB'] = given
  }
}
