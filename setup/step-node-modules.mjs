// The npm packages, exactly as locked. Install scripts stay off on every npm version (npm 11 holds
// them back anyway): zeromq and esbuild, the two that have native parts, bring them prebuilt.
import fs from 'node:fs'
import { inProject } from './environment.mjs'
import { fingerprintOf } from './fingerprint.mjs'

export const nodeModules = {
  name: 'node_modules',
  title: 'Installing npm packages (npm ci)',
  stampPath: inProject('node_modules', '.set-up-stamp'),
  isPresent: () => fs.existsSync(inProject('node_modules', '.package-lock.json')),
  fingerprint: () => fingerprintOf(fs.readFileSync(inProject('package-lock.json'), 'utf8')),
  commands() {
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-progress']
    const npm = process.env.npm_execpath
    // Under `npm start` the very npm that runs us; else the one on PATH.
    if (npm?.endsWith('npm-cli.js')) return [{ program: process.execPath, args: [npm, ...args] }]
    return [{ program: 'npm', args }]
  },
}
