/** Types of advice.mjs for the parts written in TypeScript. */
export class Advice extends Error {}
export function fixFor(tool: 'node' | 'python' | 'chromium'): string
