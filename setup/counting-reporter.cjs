// mocha's spec reporter, which also leaves the counts as JSON in the file that TEST_COUNT names;
// .ci/run reads them for its last line.
const fs = require('node:fs')
const { reporters, Runner } = require('mocha')

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats
      fs.writeFileSync(process.env.TEST_COUNT, JSON.stringify({ passed: passes, failed: failures }))
    })
  }
}

module.exports = CountingReporter
