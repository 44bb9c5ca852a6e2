// A function that does next to nothing: gives back the item that it was called with.
export const handler = async (item: number): Promise<number> => item;
