# SPDX-License-Identifier: Apache-2.0
"""Any gRPC client with the certificates that were made: reflection, health, GetRating, rich errors (Python's grpcio)."""
import os
import unittest
import uuid

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

import harness


class PythonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.d = harness.Embedded()
        facts = cls.d.run("synth", "--enterprises", "20", "--seed", "3", "--until", harness.TODAY, "--format", "jsonl").stdout
        cls.d.submit("-", stdin=facts)
        cls.d.settle()
        cls.channel = cls.open("licensing")
        cls.operator = cls.open("operator")

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.operator.close()
        cls.d.close()

    @classmethod
    def open(cls, name):
        pki = os.path.join(cls.d.home, "pki")

        def read(*path):
            with open(os.path.join(pki, *path), "rb") as file:
                return file.read()

        if name is None:
            credentials = grpc.ssl_channel_credentials(read("ca.crt"))
        else:
            credentials = grpc.ssl_channel_credentials(
                read("ca.crt"), read("clients", name, "tls.key"), read("clients", name, "tls.crt"))
        return grpc.secure_channel(cls.d.endpoint(), credentials)

    def call(self, channel, service, method, request):
        pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))
        description = pool.FindServiceByName(f"anxin.v1.{service}").FindMethodByName(method)
        send = message_factory.GetMessageClass(description.input_type)
        take = message_factory.GetMessageClass(description.output_type)
        stub = channel.unary_unary(f"/anxin.v1.{service}/{method}", request_serializer=send.SerializeToString,
                                   response_deserializer=take.FromString)
        return stub(send(**request), timeout=10)

    def details(self, error):
        status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
        self.assertEqual((status.code, status.message), (error.code().value[0], error.details()))
        found = {}
        for detail in status.details:
            for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest):
                if detail.Is(kind.DESCRIPTOR):
                    found[kind] = kind.FromString(detail.value)
        return found

    def test_reflection_lists_every_service(self):
        services = set(ProtoReflectionDescriptorDatabase(self.channel).get_services())
        for name in ("anxin.v1.IngestService", "anxin.v1.RatingService", "anxin.v1.GateService", "anxin.v1.AdminService",
                     "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"):
            self.assertIn(name, services)

    def test_health(self):
        stub = health_pb2_grpc.HealthStub(self.channel)
        serving = health_pb2.HealthCheckResponse.SERVING
        self.assertEqual(stub.Check(health_pb2.HealthCheckRequest(), timeout=10).status, serving)
        self.assertEqual(next(stub.Watch(health_pb2.HealthCheckRequest(), timeout=10)).status, serving)
        with self.assertRaises(grpc.RpcError) as caught:
            stub.Check(health_pb2.HealthCheckRequest(service="no.such"), timeout=10)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_get_rating_as_the_command_line_has_it(self):
        row = self.d.lines("list")[0]
        rating = self.call(self.channel, "RatingService", "GetRating", {"enterprise": row["enterprise"]}).rating
        self.assertEqual((rating.name, rating.ledger_digest), (row["name"], row["ledgerDigest"]))

    def test_rich_error_names_field_value_and_rule(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(self.channel, "RatingService", "GetRating", {"enterprise": "91350100M000100Y44"})
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        details = self.details(caught.exception)
        info = details[error_details_pb2.ErrorInfo]
        self.assertEqual((info.reason, info.domain), ("INVALID", "anxin"))
        self.assertEqual(details[error_details_pb2.BadRequest].field_violations[0].field, "enterprise")

    def test_not_built_is_unimplemented(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(self.operator, "RegulatorService", "GetIndicators", {})
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNIMPLEMENTED)

    def test_gate(self):
        code = self.d.lines("list")[0]["enterprise"]
        ask = {"request_id": str(uuid.uuid4()), "enterprise": code, "purpose": 1, "matter": "许可〔2026〕1号"}
        first = self.call(self.channel, "GateService", "CheckCredit", ask)
        again = self.call(self.channel, "GateService", "CheckCredit", ask)
        self.assertEqual((first.enterprise, first.rating.enterprise, len(first.evidence)), (code, code, 32))
        self.assertEqual(first.evidence, again.evidence)
        for other in ({"request_id": str(uuid.uuid4())}, {"purpose": 2}, {"matter": ""}):
            self.assertNotEqual(self.call(self.channel, "GateService", "CheckCredit", {**ask, **other}).evidence, first.evidence)
        for wrong, field in (({"purpose": 0}, "purpose"), ({"request_id": "7"}, "request_id"), ({"matter": "x" * 257}, "matter"),
                             ({"enterprise": "x"}, "enterprise")):
            with self.assertRaises(grpc.RpcError) as caught:
                self.call(self.channel, "GateService", "CheckCredit", {**ask, **wrong})
            self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
            violations = self.details(caught.exception)[error_details_pb2.BadRequest].field_violations
            self.assertEqual(violations[0].field, field)
        with self.open("insurer") as channel, self.assertRaises(grpc.RpcError) as caught:
            self.call(channel, "GateService", "CheckCredit", ask)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.PERMISSION_DENIED)

    def test_insurance(self):
        code = self.d.lines("list")[0]["enterprise"]
        with self.open("insurer") as channel:
            profile = self.call(channel, "InsuranceService", "GetUnderwritingProfile", {"enterprise": code})
            quote = self.call(channel, "InsuranceService", "QuoteReference", {"enterprise": code, "exposure": 100})
            self.assertEqual((profile.rating.enterprise, quote.enterprise), (code, code))
            self.assertTrue(profile.HasField("expected"))
            self.assertEqual({f.factor_id.split(".")[0] for f in quote.factors} & {"accident", "credit", "off_balance"},
                             {"accident", "credit", "off_balance"})
            for wrong, field in (({"limit_per_death_fen": 1}, "limit_per_death_fen"), ({"covered_from": "x"}, "covered_from"),
                                 ({"options": ["x"]}, "options"), ({"enterprise": ""}, "enterprise")):
                with self.assertRaises(grpc.RpcError) as caught:
                    self.call(channel, "InsuranceService", "QuoteReference", {"enterprise": code, **wrong})
                violations = self.details(caught.exception)[error_details_pb2.BadRequest].field_violations
                self.assertEqual(violations[0].field, field)
            with self.assertRaises(grpc.RpcError) as caught:
                self.call(channel, "InsuranceService", "GetUnderwritingProfile", {"enterprise": "91350100M000100Y43"})
            self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_nobody_without_a_certificate(self):
        with self.open(None) as channel, self.assertRaises(grpc.RpcError) as caught:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_roles(self):
        with self.open("insurer") as channel, self.assertRaises(grpc.RpcError) as caught:
            self.call(channel, "IngestService", "SubmitFacts", {})
        self.assertEqual(caught.exception.code(), grpc.StatusCode.PERMISSION_DENIED)
        others = self.d.lines("list")[0]["enterprise"]
        with self.open("enterprise") as channel, self.assertRaises(grpc.RpcError) as caught:
            self.call(channel, "RatingService", "GetRating", {"enterprise": others})
        self.assertEqual(caught.exception.code(), grpc.StatusCode.PERMISSION_DENIED)


if __name__ == "__main__":
    harness.main()
