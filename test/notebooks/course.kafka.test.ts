/**
 * The course's notebooks on real Kafka: the same code comes to the findings that are committed,
 * which the embedded cluster gave. Times and ids differ.
 */
import assert from 'node:assert/strict'
import path from 'node:path'
import { executed, executeNotebooks } from '../../setup/notebooks/execute'
import { differences, differenceText } from '../../setup/notebooks/findings'
import { notebooksIn, readNotebook } from '../../setup/notebooks/notebook'

const files = notebooksIn(path.resolve(__dirname, '../../notebooks'))

describe('The course on real Kafka', function () {
  this.timeout(300_000)

  for (const file of files) {
    it(`${path.basename(file)} comes to the committed findings`, async () => {
      const environment = { KAFKA_LAB: 'local' }
      for await (const result of executeNotebooks([{ path: file }], { environment })) {
        assert.equal(result.failure, null)
        const found = differences(readNotebook(file), executed(result))
        assert.equal(found.map(differenceText).join('\n'), '')
      }
    })
  }
})
