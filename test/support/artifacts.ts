/** What browser tests leave for people to look at. */
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'

const root = path.resolve(__dirname, '../..')

/** Leaves a picture of a page in artifacts/ for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(artifacts(), `${name}.png`) })
}

/** The folder of pictures and pages; git ignores it. */
export function artifacts(): string {
  const folder = path.join(root, 'artifacts')
  fs.mkdirSync(folder, { recursive: true })
  return folder
}
