/**
 * The one place where the wire format touches its platform: Buffer, a check for UTF-8, and gzip.
 * Everything else in this folder is plain computation, so that it can run wherever these few
 * things exist. Unpacking is synchronous: a frame is read in one step of virtual time.
 */
export { Buffer, isUtf8 } from 'node:buffer'
export { gunzipSync } from 'node:zlib'
