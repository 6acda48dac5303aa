import { App } from "aws-cdk-lib";
import { ApiStack } from "./api-stack.js";

new ApiStack(new App(), "Orders");
