/**
 * A run is read by the ledger, by every anomaly and by every chart, and each would index it anew.
 * What is derived from a run or a history is therefore kept beside it, as long as it lives. A run
 * is a finished record: whoever wants another one builds another object.
 */

/** `derive`, computed once per object. */
export function remember<Source extends object, Derived>(
  derive: (source: Source) => Derived,
): (source: Source) => Derived {
  const known = new WeakMap<Source, { derived: Derived }>()
  return (source) => {
    const entry = known.get(source) ?? { derived: derive(source) }
    known.set(source, entry)
    return entry.derived
  }
}
