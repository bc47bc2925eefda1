/** Types of chromium.mjs for the parts written in TypeScript. */
export function findChromium(): string | null
