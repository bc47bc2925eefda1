// Finds a Chromium or Chrome for the browser tests; none is downloaded.
import fs from 'node:fs'
import path from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const places = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The program's path, or null. CHROME_PATH goes first, and alone when it is set. */
export function findChromium() {
  const chosen = process.env.CHROME_PATH
  if (chosen) return fs.existsSync(chosen) ? chosen : null
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((one) => one !== '')
  const onPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...onPath, ...places].find((one) => fs.existsSync(one)) ?? null
}
