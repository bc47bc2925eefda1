/**
 * Tests as texts: commands, `----`, and the trace they leave. Blocks are set apart by empty lines;
 * lines that begin with `#` are remarks, and the first one of a file is what the file claims.
 */
export interface Block {
  remarks: string[]
  commands: string[]
}

export function readScript(text: string): Block[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split('\n----')[0]!.split('\n')
      return {
        remarks: lines.filter((line) => line.startsWith('#')),
        commands: lines.filter((line) => !line.startsWith('#')),
      }
    })
}

/** The whole script again, with what its commands do now. */
export function runScript(blocks: readonly Block[], run: (command: string) => string[]): string {
  const texts = blocks.map(({ remarks, commands }) => {
    if (commands.length === 0) return remarks.join('\n')
    const trace = commands.flatMap(run)
    const told = trace.length === 0 ? ['nothing'] : trace
    return [...remarks, ...commands, '----', ...told].join('\n')
  })
  return `${texts.join('\n\n')}\n`
}
