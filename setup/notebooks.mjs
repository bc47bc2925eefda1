// `npm run notebooks`: hands over to setup/notebooks/command.ts, which is TypeScript.
import { createRequire } from 'node:module'
import { register } from 'tsx/cjs/api'

register()
const { runNotebooksCommand } = createRequire(import.meta.url)('./notebooks/command.ts')
process.exitCode = await runNotebooksCommand(process.argv.slice(2))
