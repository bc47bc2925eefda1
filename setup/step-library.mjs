// The library's JavaScript and type declarations in lib/dist, which notebooks import. Built again
// in full when a source's size or time changed: an incremental compiler remembers what it wrote
// and does not notice that outputs are missing. Nor does any remove those of deleted sources.
import fs from 'node:fs'
import path from 'node:path'
import { inProject } from './environment.mjs'
import { fingerprintOf, listingOf } from './fingerprint.mjs'
import { nodeModules } from './step-node-modules.mjs'

const output = inProject('lib', 'dist')

export const library = {
  name: 'lib/dist',
  title: 'Building the library',
  stampPath: inProject('lib', 'dist', '.set-up-stamp'),
  isPresent: () => fs.existsSync(output),
  fingerprint: () =>
    fingerprintOf(
      listingOf(inProject('lib', 'src')),
      ...['tsconfig.json', 'lib/tsconfig.json', 'lib/package.json'].map((file) =>
        fs.readFileSync(inProject(file), 'utf8'),
      ),
      nodeModules.fingerprint(),
    ),
  commands() {
    removeOrphans()
    fs.rmSync(inProject('lib', 'tsconfig.tsbuildinfo'), { force: true })
    const compiler = inProject('node_modules', 'typescript', 'bin', 'tsc')
    return [{ program: process.execPath, args: [compiler, '-p', 'lib'] }]
  },
}

/** Outputs of deleted sources would still be importable. */
function removeOrphans() {
  if (!fs.existsSync(output)) return
  for (const file of fs.readdirSync(output, { recursive: true })) {
    const source = file.replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts')
    if (source !== file && !fs.existsSync(inProject('lib', 'src', source))) {
      fs.rmSync(path.join(output, file))
    }
  }
}
