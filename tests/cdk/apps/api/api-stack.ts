import { join } from "node:path";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { FunctionUrlAuthType, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** An HTTP API in front of a bundled function. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const list = new NodejsFunction(this, "List", {
      entry: join(__dirname, "src", "list.ts"),
      runtime: Runtime.NODEJS_22_X,
      timeout: Duration.seconds(10),
      environment: { PAGE_SIZE: "50" },
      logGroup: new LogGroup(this, "ListLogs", { retention: RetentionDays.THREE_MONTHS }),
    });
    const api = new HttpApi(this, "Api", {
      defaultAuthorizer: new HttpIamAuthorizer(),
      corsPreflight: { allowOrigins: ["https://orders.example.com"], allowMethods: [CorsHttpMethod.GET] },
    });
    api.addRoutes({
      path: "/orders",
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration("ListOrders", list),
    });

    // Planted: anyone can call this address.
    const url = list.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    new CfnOutput(this, "Address", { value: url.url });
  }
}
