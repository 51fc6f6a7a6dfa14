package io.labelstream.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.blob.TransientBlobService;
import org.apache.flink.runtime.dispatcher.DispatcherGateway;
import org.apache.flink.runtime.leaderelection.LeaderElection;
import org.apache.flink.runtime.resourcemanager.ResourceManagerGateway;
import org.apache.flink.runtime.rest.HttpMethodWrapper;
import org.apache.flink.runtime.rest.RestEndpointFactory;
import org.apache.flink.runtime.rest.handler.RestHandlerConfiguration;
import org.apache.flink.runtime.rest.handler.RestHandlerSpecification;
import org.apache.flink.runtime.rest.handler.legacy.metrics.MetricFetcher;
import org.apache.flink.runtime.rpc.FatalErrorHandler;
import org.apache.flink.runtime.webmonitor.WebMonitorEndpoint;
import org.apache.flink.runtime.webmonitor.retriever.LeaderGatewayRetriever;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandler;
import org.apache.flink.util.ConfigurationException;

/**
 * Flink's web UI, for looking only: every request that could change the job, or bring code, is not
 * found. Its port is open to all users of the machine, and Flink's settings hide such requests from
 * the page without refusing them. Used by Flink's own threads.
 */
final class ReadOnlyRestEndpoint extends WebMonitorEndpoint<DispatcherGateway> {

    /** Cancels or stops a job by GET. */
    private static final String BY_GET = "/yarn-";

    private ReadOnlyRestEndpoint(
            Configuration configuration,
            LeaderGatewayRetriever<DispatcherGateway> dispatcher,
            LeaderGatewayRetriever<ResourceManagerGateway> resourceManager,
            TransientBlobService blobs,
            ScheduledExecutorService executor,
            MetricFetcher metrics,
            LeaderElection leaderElection,
            FatalErrorHandler fatalErrorHandler)
            throws IOException, ConfigurationException {
        super(
                dispatcher,
                configuration,
                RestHandlerConfiguration.fromConfiguration(configuration),
                resourceManager,
                blobs,
                executor,
                metrics,
                leaderElection,
                RestEndpointFactory.createExecutionGraphCache(
                        RestHandlerConfiguration.fromConfiguration(configuration)),
                fatalErrorHandler);
    }

    /** What makes it where Flink would make its own. */
    static RestEndpointFactory<DispatcherGateway> factory() {
        return ReadOnlyRestEndpoint::new;
    }

    @Override
    protected List<Tuple2<RestHandlerSpecification, ChannelInboundHandler>> initializeHandlers(
            CompletableFuture<String> localAddress) {
        List<Tuple2<RestHandlerSpecification, ChannelInboundHandler>> handlers =
                super.initializeHandlers(localAddress);
        handlers.removeIf(handler -> !onlyLooks(handler.f0));
        return handlers;
    }

    private static boolean onlyLooks(RestHandlerSpecification request) {
        return request.getHttpMethod() == HttpMethodWrapper.GET
                && !request.getTargetRestEndpointURL().contains(BY_GET);
    }
}
