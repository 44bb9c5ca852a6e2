// The ids of connections.

/** An id is a part of the path of its SSM parameter. */
export const CONNECTION_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
