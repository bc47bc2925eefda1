/**
 * The syntax tree of a code cell and the few questions the rules ask of it: which names it
 * declares at its top level, where it awaits, what its last expression is.
 */
import ts from 'typescript'

/** The cell as a module, so that `await (…)` at its top is an await and not a call of `await`. */
export function parseCell(source: string): ts.SourceFile {
  const setExternalModuleIndicator = (file: ts.SourceFile): void => {
    Object.assign(file, { externalModuleIndicator: true })
  }
  const options = { languageVersion: ts.ScriptTarget.ES2022, setExternalModuleIndicator }
  return ts.createSourceFile('cell.ts', source, options, true)
}

/** All nodes under a node, itself not included, in source order. */
export function descendants(node: ts.Node, enter: (node: ts.Node) => boolean = () => true) {
  const found: ts.Node[] = []
  const visit = (child: ts.Node): void => {
    found.push(child)
    if (enter(child)) ts.forEachChild(child, visit)
  }
  ts.forEachChild(node, visit)
  return found
}

/** The nodes that run when the cell does: those of nested functions are left out. */
export function topLevelNodes(cell: ts.SourceFile): ts.Node[] {
  return descendants(cell, (node) => !ts.isFunctionLike(node))
}

/** Names bound by a pattern, e.g. `a` and `b` of `{ a, c: [b] }`. */
export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? boundNames(one.name) : []))
}

/** Names that the cell declares at its top level, types not included. */
export function declaredNames(cell: ts.SourceFile): string[] {
  return cell.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap((one) => boundNames(one.name))
    }
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      return statement.name === undefined ? [] : [statement.name.text]
    }
    return ts.isImportDeclaration(statement) ? importedNames(statement) : []
  })
}

function importedNames(statement: ts.ImportDeclaration): string[] {
  const clause = statement.importClause
  if (clause === undefined) return []
  const own = clause.name === undefined ? [] : [clause.name.text]
  const bindings = clause.namedBindings
  if (bindings === undefined) return own
  if (ts.isNamespaceImport(bindings)) return [...own, bindings.name.text]
  return [...own, ...bindings.elements.map((element) => element.name.text)]
}

/** Whether a name is bound by a function's parameters or body somewhere around the node. */
export function isBoundAround(node: ts.Node, name: string): boolean {
  for (let around = node.parent; around !== undefined; around = around.parent) {
    if (ts.isFunctionLike(around)) {
      if (around.parameters.some((one) => boundNames(one.name).includes(name))) return true
    }
    if (
      !ts.isBlock(around) &&
      !ts.isCaseOrDefaultClause(around) &&
      !ts.isForStatement(around) &&
      !ts.isForOfStatement(around) &&
      !ts.isCatchClause(around)
    )
      continue
    const locals = descendants(around, (one) => !ts.isFunctionLike(one))
    const declares = (one: ts.Node): boolean =>
      ts.isVariableDeclaration(one) && boundNames(one.name).includes(name)
    if (locals.some(declares)) return true
  }
  return false
}

/** Awaits that tslab sees at the top level: `await` expressions and `for await` statements. */
export function topLevelAwaits(cell: ts.SourceFile) {
  const nodes = topLevelNodes(cell)
  return {
    expressions: nodes.filter(ts.isAwaitExpression),
    loops: nodes.filter((node) => ts.isForOfStatement(node) && node.awaitModifier !== undefined),
  }
}

/** The expression whose value tslab prints, if the cell ends with one. */
export function lastExpression(cell: ts.SourceFile): ts.Expression | null {
  const last = cell.statements.at(-1)
  return last !== undefined && ts.isExpressionStatement(last) ? last.expression : null
}

/** A function called where it is written, with or without parentheses around it. */
export function isCalledInPlace(node: ts.Expression): boolean {
  if (!ts.isCallExpression(node)) return false
  const callee = ts.isParenthesizedExpression(node.expression)
    ? node.expression.expression
    : node.expression
  return ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)
}
