/**
 * Tables as HTML and as plain text. JupyterLab strips `<style>` elements and ids from notebooks
 * that it does not trust, as any fresh clone's are, so every cell carries its style. Values come
 * from records and may hold anything: all are escaped.
 */
import type { Cell, TableChart } from '../charts/chart'
import { lightPalette, palette } from '../charts/palette'

/** `<`, `>`, `&` and quotes as entities: safe as text and within attributes. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
}

const spacing = 'padding:3px 10px;vertical-align:top'

/** The table with its finding above it, dark on white in every theme. */
export function htmlOf({ finding, columns, rows, note }: TableChart): string {
  const title = `<div style="font-weight:bold;padding:0 10px 6px">${escapeHtml(finding)}</div>`
  const border = `border-bottom:1px solid ${palette.line}`
  const heads = columns.map(
    ({ title, align }) =>
      `<th style="${spacing};text-align:${align};${border}">${escapeHtml(title)}</th>`,
  )
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const align = columns[column]?.align ?? 'left'
      const style = `${spacing};text-align:${align}${colours(cell)}`
      return `<td style="${style}">${escapeHtml(cell.text)}</td>`
    })
    return `<tr style="background:white">${cells.join('')}</tr>`
  })
  const frame = `color:${palette.ink};background:white;font-size:13px`
  return [
    `<div style="${frame};padding:8px;overflow-x:auto">`,
    title,
    `<table style="${frame};border-collapse:collapse;margin:0">`,
    `<thead><tr style="background:white">${heads.join('')}</tr></thead>`,
    `<tbody>${lines.join('')}</tbody></table>`,
    note === undefined ? '' : `<div style="padding:6px 10px 0">${escapeHtml(note)}</div>`,
    '</div>',
  ].join('')
}

function colours({ meaning }: Cell): string {
  if (meaning === undefined) return ''
  return `;color:${palette[meaning]};background:${lightPalette[meaning]};font-weight:bold`
}

/** The same in letters only: columns padded with blanks, for terminals and plain readers. */
export function plainOf({ finding, columns, rows, note }: TableChart): string {
  if (rows.length === 0) return finding
  const texts = rows.map((row) => row.map(({ text }) => text.replace(/\s+/g, ' ')))
  const widths = columns.map(({ title }, column) =>
    texts.reduce((most, row) => Math.max(most, (row[column] ?? '').length), title.length),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((text, column) => {
        const width = widths[column] ?? 0
        return columns[column]?.align === 'right' ? text.padStart(width) : text.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [
    finding,
    '',
    line(columns.map(({ title }) => title)),
    line(widths.map((width) => '-'.repeat(width))),
    ...texts.map(line),
    ...(note === undefined ? [] : ['', note]),
  ].join('\n')
}
