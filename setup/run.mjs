// The entry of every npm script: `node setup/run.mjs <command> [arguments]`. It only looks at
// Node's own version, in syntax that old versions can read, and hands over to commands.mjs; a
// version that is too old would otherwise end in a syntax error instead of in advice.
import('./node-version.mjs')
  .then(function (check) {
    var problem = check.nodeProblem(process.versions.node)
    // The doctor shows its whole table where this Node is able to run it.
    var doctorRuns = process.argv[2] === 'doctor' && parseInt(process.versions.node, 10) >= 18
    if (problem !== null && !doctorRuns) {
      console.error(problem)
      process.exit(1)
    }
    return import('./commands.mjs')
  })
  .then(function (commands) {
    return commands.runCommand(process.argv[2], process.argv.slice(3))
  })
  .then(function (exitCode) {
    process.exitCode = exitCode
  })
  .catch(function (error) {
    console.error(error.isAdvice ? error.message : error.stack)
    process.exitCode = 1
  })
