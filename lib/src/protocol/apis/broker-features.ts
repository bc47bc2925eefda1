/**
 * ApiVersions in version 3, which kafkajs does not send: its tagged field 0 names the features of
 * the broker's software, among them `metadata.version`, from which Kafka's release can be told. Its
 * response keeps header 0, so that a client can read it whatever the broker is.
 *
 *     Request v3 => client_software_name client_software_version TAG_BUFFER
 *       client_software_name, client_software_version => COMPACT_STRING
 *     Response v3 => error_code [api_keys] throttle_time_ms TAG_BUFFER
 *       error_code => INT16
 *       api_keys => api_key min_version max_version TAG_BUFFER
 *         api_key, min_version, max_version => INT16
 *       throttle_time_ms => INT32
 *       tag 0: supported_features => name min_version max_version TAG_BUFFER
 *         name => COMPACT_STRING
 *         min_version, max_version => INT16
 */
import { compactArray, compactString, flexibleStruct, readTags } from '../flexible'
import { int16, int32, struct, type Schema, type ValueOf } from '../schema'
import { Writer } from '../writer'

const supportedFeaturesTag = 0

const known = struct({
  errorCode: int16,
  apiKeys: compactArray(flexibleStruct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
  throttleTimeMs: int32,
})

const features = compactArray(
  flexibleStruct({ name: compactString, minVersion: int16, maxVersion: int16 }),
)

type BrokerFeatures = ValueOf<typeof known> & { supportedFeatures: ValueOf<typeof features> }

const response: Schema<BrokerFeatures> = {
  read(reader) {
    const value = known.read(reader)
    const tag = readTags(reader).get(supportedFeaturesTag)
    return { ...value, supportedFeatures: tag === undefined ? [] : features.read(tag) }
  },
  write(writer, value) {
    known.write(writer, value)
    const inner = new Writer()
    features.write(inner, value.supportedFeatures)
    writer.unsignedVarint(1)
    writer.unsignedVarint(supportedFeaturesTag)
    writer.unsignedVarint(inner.position)
    writer.raw(inner.done())
  },
}

export const brokerFeatures = {
  name: 'ApiVersions',
  key: 18,
  version: 3,
  requestHeader: 2,
  responseHeader: 0,
  request: flexibleStruct({
    clientSoftwareName: compactString,
    clientSoftwareVersion: compactString,
  }),
  response,
} as const
