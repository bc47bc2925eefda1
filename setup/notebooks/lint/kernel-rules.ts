/**
 * Rules for what tslab does otherwise than a reader of TypeScript expects, as far as a cell's text
 * shows it. Each has been seen to go wrong on tslab 1.0.22; the messages say what to write instead.
 */
import ts from 'typescript'
import type { CodeCell } from '../notebook'
import { codeCells, textOf } from '../notebook'
import type { Problem, Rule } from './rule'
import { codeRule } from './rule'
import {
  declaredNames,
  descendants,
  isBoundAround,
  isCalledInPlace,
  lastExpression,
  parseCell,
  topLevelAwaits,
  topLevelNodes,
} from './syntax'

/** tslab renames an earlier cell's `x` to `exports.x`, but not in `{ x }`. */
export const shorthandOfEarlierName: Rule = {
  name: 'shorthand-of-earlier-name',
  find(notebook) {
    const earlier = new Set<string>()
    const found: Omit<Problem, 'rule'>[] = []
    for (const cell of codeCells(notebook)) {
      const tree = parseCell(textOf(cell.source))
      const own = declaredNames(tree)
      for (const node of descendants(tree).filter(ts.isShorthandPropertyAssignment)) {
        const name = node.name.text
        if (!earlier.has(name) || own.includes(name) || isBoundAround(node, name)) continue
        found.push({ cell: cell.id, message: `write { ${name}: ${name} } instead of { ${name} }` })
      }
      for (const name of own) earlier.add(name)
    }
    return found
  },
}

export const calledInPlaceAwait = codeRule('called-in-place-await', (source) => {
  const { expressions } = topLevelAwaits(parseCell(source))
  const only = expressions.length === 1 ? expressions[0] : undefined
  return only !== undefined && isCalledInPlace(only.expression)
    ? ['name the function, then await its call: the only await is on a function called in place']
    : []
})

export const forAwaitAlone = codeRule('for-await-alone', (source) => {
  const { expressions, loops } = topLevelAwaits(parseCell(source))
  return loops.length > 0 && expressions.length === 0
    ? ['write `await null` before a `for await` that is the only await']
    : []
})

/** A closure keeps the `let` of its cell; an assignment in another cell changes a copy. */
export const letSharedWithClosure: Rule = {
  name: 'let-shared-with-closure',
  find(notebook) {
    const withTree = (cell: CodeCell) => ({ cell, tree: parseCell(textOf(cell.source)) })
    const cells = codeCells(notebook).map(withTree)
    return cells.flatMap(({ cell, tree }, place) => {
      const used = namesUsedInFunctions(tree)
      const shared = topLevelLets(tree).filter((name) => used.has(name))
      return shared
        .filter((name) => {
          const later = cells.slice(place + 1)
          const closure = functionsAssign(tree, name)
          return later.some((one) => assigns(one.tree, name) || (closure && reads(one.tree, name)))
        })
        .map((name) => ({
          cell: cell.id,
          message: `keep "${name}" in an object: a function and a later cell share this \`let\``,
        }))
    })
  },
}

function topLevelLets(tree: ts.SourceFile): string[] {
  const lists = tree.statements.filter(ts.isVariableStatement).map((one) => one.declarationList)
  const mutable = lists.filter((list) => (list.flags & ts.NodeFlags.Const) === 0)
  return mutable.flatMap((list) =>
    list.declarations.flatMap((one) => (ts.isIdentifier(one.name) ? [one.name.text] : [])),
  )
}

function namesUsedInFunctions(tree: ts.SourceFile): Set<string> {
  const functions = descendants(tree).filter(ts.isFunctionLike)
  const used = functions.flatMap((one) => descendants(one).filter(ts.isIdentifier))
  return new Set(used.map((identifier) => identifier.text))
}

function functionsAssign(tree: ts.SourceFile, name: string): boolean {
  const functions = descendants(tree).filter(ts.isFunctionLike)
  return functions.some((one) => descendants(one).some((node) => isAssignmentTo(node, name)))
}

const assigns = (tree: ts.SourceFile, name: string): boolean =>
  !declaredNames(tree).includes(name) &&
  descendants(tree).some((node) => isAssignmentTo(node, name) && !isBoundAround(node, name))

const reads = (tree: ts.SourceFile, name: string): boolean =>
  !declaredNames(tree).includes(name) &&
  descendants(tree).some((node) => ts.isIdentifier(node) && node.text === name)

function isAssignmentTo(node: ts.Node, name: string): boolean {
  const isName = (one: ts.Node): boolean => ts.isIdentifier(one) && one.text === name
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind
    return [PlusPlusToken, MinusMinusToken].includes(node.operator) && isName(node.operand)
  }
  if (!ts.isBinaryExpression(node)) return false
  const operator = node.operatorToken.kind
  const { FirstAssignment, LastAssignment } = ts.SyntaxKind
  return operator >= FirstAssignment && operator <= LastAssignment && isName(node.left)
}

/** tslab prints `Promise { <pending> }` and nobody waits for it. */
export const unawaitedLastExpression: Rule = {
  name: 'unawaited-last-expression',
  find(notebook) {
    const asynchronous = new Set(['lab.run', 'lab.close', 'openLab', 'fetch'])
    return codeCells(notebook).flatMap((cell) => {
      const tree = parseCell(textOf(cell.source))
      for (const name of asyncFunctions(tree)) asynchronous.add(name)
      const last = lastExpression(tree)
      const pending = last !== null && isPromise(last, asynchronous)
      const message = 'await the last expression: it is a promise'
      return pending ? [{ cell: cell.id, message }] : []
    })
  },
}

function asyncFunctions(tree: ts.SourceFile): string[] {
  const isAsync = (node: ts.Node): boolean =>
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((one) => one.kind === ts.SyntaxKind.AsyncKeyword)
  return descendants(tree).flatMap((node) => {
    if (ts.isFunctionDeclaration(node) && isAsync(node)) return node.name ? [node.name.text] : []
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return []
    return node.initializer !== undefined && isAsync(node.initializer) ? [node.name.text] : []
  })
}

function isPromise(expression: ts.Expression, asynchronous: Set<string>): boolean {
  if (ts.isNewExpression(expression)) return expression.expression.getText() === 'Promise'
  if (!ts.isCallExpression(expression)) return false
  const callee = expression.expression
  if (asynchronous.has(callee.getText())) return true
  if (!ts.isPropertyAccessExpression(callee)) return false
  const ofPromise = ['then', 'catch', 'finally'].includes(callee.name.text)
  return ofPromise || callee.expression.getText() === 'Promise'
}

/** What kills the kernel, or what CommonJS cells do not have. */
export const forbiddenNames = codeRule('forbidden-names', (source) => {
  const tree = parseCell(source)
  return descendants(tree).flatMap((node) => {
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'process.exit') {
      return ['process.exit kills the kernel without a reply']
    }
    if (ts.isMetaProperty(node)) return ['import.meta does not exist in a cell']
    if (ts.isIdentifier(node) && ['__dirname', '__filename'].includes(node.text)) {
      return [`${node.text} does not exist in a cell`]
    }
    if (node.kind === ts.SyntaxKind.ExportKeyword || ts.isExportDeclaration(node)) {
      return ['a cell exports by itself: leave `export` out']
    }
    return []
  })
})

/** Run All past a failed cell leaves the rest unrun without a word. */
export const throwOnPurpose = codeRule('throw-on-purpose', (source) =>
  topLevelNodes(parseCell(source)).some((node) => ts.isThrowStatement(node) && !isCaught(node))
    ? ['do not throw on purpose: the cells after it are not run']
    : [],
)

function isCaught(node: ts.Node): boolean {
  for (let around = node; around.parent !== undefined; around = around.parent) {
    const parent = around.parent
    if (ts.isTryStatement(parent) && parent.tryBlock === around) {
      return parent.catchClause !== undefined
    }
  }
  return false
}

/** A stack trace holds absolute paths. */
export const printsStack = codeRule('prints-stack', (source) => {
  const nodes = descendants(parseCell(source)).filter(ts.isPropertyAccessExpression)
  return nodes.some((node) => node.name.text === 'stack')
    ? ["print an error's name and message: its stack holds this machine's paths"]
    : []
})

/** The runner and the reader take stderr for an accident. */
export const writesStderr = codeRule('writes-stderr', (source) => {
  const calls = ['console.error', 'console.warn', 'console.trace', 'process.stderr.write']
  const nodes = descendants(parseCell(source)).filter(ts.isPropertyAccessExpression)
  const used = nodes.find((node) => calls.includes(node.getText()))
  return used === undefined ? [] : [`${used.getText()} writes to stderr, which fails the notebook`]
})

/** Cells that cannot be interrupted: a loop without end beside a top-level await. */
export const endlessLoop = codeRule('endless-loop', (source) => {
  const loops = topLevelNodes(parseCell(source)).filter(
    (node) =>
      (ts.isWhileStatement(node) && node.expression.kind === ts.SyntaxKind.TrueKeyword) ||
      (ts.isForStatement(node) && node.condition === undefined),
  )
  return loops.length > 0 ? ['bound the loop: it cannot be interrupted'] : []
})

/** In VS Code a cell with an import hides its variables from other cells. */
export const importWithDeclarations = codeRule('import-with-declarations', (source) => {
  const { statements } = parseCell(source)
  const imports = statements.filter(ts.isImportDeclaration).length
  return imports > 0 && imports < statements.length ? ['keep imports in a cell of their own'] : []
})

/** tslab's TypeScript 5.0 library is es2022. */
export const laterLibrary = codeRule('later-library', (source) => {
  const later = ['toSorted', 'toReversed', 'toSpliced', 'groupBy', 'withResolvers']
  const nodes = descendants(parseCell(source)).filter(ts.isPropertyAccessExpression)
  return nodes
    .filter((node) => later.includes(node.name.text))
    .map((node) => `${node.name.text} is newer than the library of cells (es2022)`)
})
