/** Types of environment.mjs for the parts written in TypeScript. */
export const projectRoot: string
export const pythonPath: string
export function inProject(...parts: string[]): string
export function toolEnvironment(): NodeJS.ProcessEnv
export function jupyterEnvironment(): NodeJS.ProcessEnv
