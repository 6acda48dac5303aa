import { page } from "./page";

export const handler = async (event: { queryStringParameters?: { from?: string } }) => ({
  statusCode: 200,
  body: JSON.stringify(page(event.queryStringParameters?.from, Number(process.env.PAGE_SIZE))),
});
