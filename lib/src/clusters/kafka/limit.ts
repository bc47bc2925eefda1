/** A limit on waiting: a signal that is raised after some time, with the error to throw then. */
export function limit(ms: number, why: string) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(why)), ms)
  return { controller, clear: () => clearTimeout(timer) }
}
