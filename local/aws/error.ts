// The errors of the emulated AWS services.

/** An error that is returned to the caller of an emulated AWS service. `details` become further members of the response. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.status = status;
    this.details = details;
  }
}

/** The error as it is; an unexpected one as an internal error that says nothing of its cause. */
export function asAwsError(error: unknown, code = 'InternalFailure'): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(code, 'We encountered an internal error. Please try again.', 500);
}
