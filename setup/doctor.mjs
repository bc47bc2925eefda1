// `npm run doctor`: what this machine has for the course, what is missing, and the fix for each.
// Works before anything is installed, changes nothing and asks no network.
import { Advice } from './advice.mjs'
import { installedRows, stateRows } from './doctor-project.mjs'
import { machineRows } from './doctor-machine.mjs'
import { kafkaRows } from './doctor-kafka.mjs'

/**
 * Prints the table (or with `--json` an array of `{ name, state, found, fix }`).
 * @returns {Promise<number>} the exit code: 1 when a row's state is 'missing'; 'optional' (only
 *   some commands need it) and 'later' (set-up will bring it) do no harm.
 */
export async function doctor(args) {
  const unknown = args.find((one) => one !== '--json' && one !== '--help')
  if (unknown !== undefined) throw new Advice(`npm run doctor does not know "${unknown}".`)
  if (args.includes('--help')) {
    console.log('npm run doctor [-- --json]: what this machine has, what it lacks, and the fix')
    return 0
  }
  const rows = [...installedRows(), ...stateRows(), ...kafkaRows(), ...(await machineRows())]
  console.log(args.includes('--json') ? JSON.stringify(rows, null, 2) : tableOf(rows))
  return rows.some((row) => row.state === 'missing') ? 1 : 0
}

function tableOf(rows) {
  const width = (key) => Math.max(...rows.map((row) => row[key].length))
  const lines = rows.map((row) => {
    const line = [row.state.padEnd(width('state')), row.name.padEnd(width('name')), row.found]
    const fix = row.fix === null ? [] : [`${' '.repeat(width('state') + 2)}fix: ${row.fix}`]
    return [line.join('  '), ...fix].join('\n')
  })
  const missing = rows.filter((row) => row.state === 'missing').length
  const end =
    missing === 0
      ? 'Nothing that is required is missing.'
      : `${missing} required ${missing === 1 ? 'thing is' : 'things are'} missing: see "fix".`
  return [...lines, '', end].join('\n')
}
