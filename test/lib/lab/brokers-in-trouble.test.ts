import { embeddedLab } from '../../../lib/src/lab/lab'
import { brokersInTrouble } from './brokers-in-trouble'

describe('on the embedded cluster', () => brokersInTrouble(embeddedLab))
