"use strict";
SwaggerUIBundle({ url: `${document.body.dataset.base}/openapi.yaml`, dom_id: "#viewer", deepLinking: true, persistAuthorization: true, validatorUrl: null });
