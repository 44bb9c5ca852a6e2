// What is recorded of calls, for actions whose provider has nothing by which a further try finds what an earlier one did.

/** A record and its ETag. */
export interface KnownCall<Record> {
  readonly document: Record;
  readonly etag: string;
}

/**
 * A record has to differ from that of every other try. Each method throws ProviderUnavailable when S3 does not answer or refuses: whether it wrote is then unknown.
 */
export interface CallRecords<Record> {
  read(callKey: string): Promise<KnownCall<Record> | undefined>;
  /** Begins a call's record. @returns its ETag; undefined when another try of the call has one */
  claim(callKey: string, record: Record): Promise<string | undefined>;
  /** @returns the new ETag; undefined when another try has changed the record meanwhile */
  replace(callKey: string, record: Record, etag: string): Promise<string | undefined>;
  /** Removes the record of a call that surely had no effect. */
  release(callKey: string, etag: string): Promise<void>;
}
