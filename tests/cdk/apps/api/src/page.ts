export const page = (from = "0", size = 10) => ({ from: Number(from), to: Number(from) + size });
