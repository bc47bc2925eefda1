/** The graders on real brokers: the same answers pass, the same are refused. */
import { openRealLab } from '../../support/real-lab'
import { exercises } from './all'

exercises('on real Kafka', openRealLab)
