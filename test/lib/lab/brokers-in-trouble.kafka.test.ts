import type { Lab } from '../../../lib/src/lab'
import { openRealLab } from '../../support/real-lab'
import { brokersInTrouble } from './brokers-in-trouble'

describe('on real Kafka', function () {
  this.timeout(120_000)
  let lab: Lab
  before(async () => void (lab = await openRealLab()))
  after(() => lab.close())

  brokersInTrouble(() => lab)
})
