/** The graders on the embedded cluster, where most readers meet them. */
import { openLab } from '../../../lib/src/lab'
import { exercises } from './all'

exercises('on the embedded cluster', openLab)
