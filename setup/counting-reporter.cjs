// mocha's spec reporter, which also adds a line of JSON with the counts to the file that TEST_COUNT
// names; .ci/run adds them up for its last line.
const fs = require('node:fs')
const { reporters, Runner } = require('mocha')

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats
      const counts = JSON.stringify({ passed: passes, failed: failures })
      fs.appendFileSync(process.env.TEST_COUNT, counts + '\n')
    })
  }
}

module.exports = CountingReporter
