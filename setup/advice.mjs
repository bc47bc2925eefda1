// The command that mends a missing tool, by operating system and Linux distribution. Written in
// syntax that old Node versions read, because it also answers "this Node is too old".
import fs from 'fs'

/** An error whose message already says what to do, so that no stack trace is printed. */
export class Advice extends Error {
  constructor(message) {
    super(message)
    this.isAdvice = true
  }
}

/** The package family of this machine: debian, fedora, arch, alpine, suse, macos or other. */
export function systemFamily(platform, osRelease) {
  if (platform === 'darwin') return 'macos'
  const line = (key) => (new RegExp('^' + key + '="?([^"\\n]*)', 'm').exec(osRelease) || [])[1]
  const names = ((line('ID') || '') + ' ' + (line('ID_LIKE') || '')).split(' ')
  const known = [
    ['debian', 'debian'],
    ['ubuntu', 'debian'],
    ['fedora', 'fedora'],
    ['rhel', 'fedora'],
    ['arch', 'arch'],
    ['alpine', 'alpine'],
    ['suse', 'suse'],
    ['opensuse', 'suse'],
  ]
  for (const [name, family] of known) if (names.indexOf(name) >= 0) return family
  return 'other'
}

const fixes = {
  node: {
    debian:
      'curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - ' +
      '&& sudo apt-get install -y nodejs',
    fedora: 'sudo dnf install -y nodejs npm',
    arch: 'sudo pacman -S nodejs npm',
    alpine: 'sudo apk add nodejs npm',
    suse: 'sudo zypper install nodejs22 npm22',
    macos: 'brew install node',
    other: 'install Node 20 or newer from https://nodejs.org/en/download',
  },
  python: {
    debian: 'sudo apt-get install -y python3 python3-venv',
    fedora: 'sudo dnf install -y python3',
    arch: 'sudo pacman -S python',
    alpine: 'sudo apk add python3',
    suse: 'sudo zypper install python311',
    macos: 'brew install python@3.13',
    other: 'install Python 3.10 or newer from https://www.python.org/downloads/',
  },
  chromium: {
    debian: 'sudo apt-get install -y chromium',
    fedora: 'sudo dnf install -y chromium',
    arch: 'sudo pacman -S chromium',
    alpine: 'sudo apk add chromium',
    suse: 'sudo zypper install chromium',
    macos: 'brew install --cask google-chrome',
    other: 'install Chromium or Chrome and set CHROME_PATH to its program',
  },
}

/** The command that installs `tool` ('node', 'python' or 'chromium') on this machine. */
export function fixFor(tool) {
  return fixes[tool][systemFamily(process.platform, readOsRelease())]
}

/** KAFKA_LAB_OS_RELEASE names another file in the tests of the advice. */
function readOsRelease() {
  const file = process.env.KAFKA_LAB_OS_RELEASE || '/etc/os-release'
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
}
