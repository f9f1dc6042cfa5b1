r"""Formulas as they stand in papers, lectures and programs, field by field: what each means, as NumPy code."""

from __future__ import annotations

import pytest

from .pasted import check

LIKELIHOODS = [
    (r"-\frac{N}{2}\ln|\Sigma|-\frac{1}{2}\sum_{n=1}^N(x_n-\mu)^T\Sigma^{-1}(x_n-\mu)", "mu",
     "Sigma:nn X:mn mu:n", "-m/2*log(det(Sigma))-np.einsum('ij,jk,ik->',X-mu,inv(Sigma),X-mu)/2"),
    (r"\ell = -\log \Big( \det \big[C \Sigma C^T \big] \Big) - (x-A\mu)^T (C \Sigma C^T)^{-1}(x-A\mu)", "A",
     "C:kn Sigma:nn x:k A:km mu:m", "-log(det(C@Sigma@C.T))-(x-A@mu)@inv(C@Sigma@C.T)@(x-A@mu)"),
    (r"\ell = -\log \Big( \det \big[C \Sigma C^T \big] \Big) - (x-A\mu)^T (C \Sigma C^T)^{-1}(x-A\mu)", "C",
     "C:kn Sigma:nn x:k A:km mu:m", "-log(det(C@Sigma@C.T))-(x-A@mu)@inv(C@Sigma@C.T)@(x-A@mu)"),
    (r"-\frac n2 \ln(\det(\Sigma))-\frac12 \operatorname{trace} \left( \Sigma^{-1} S \right)", "Sigma",
     "n: Sigma:mm S:mm", "-n/2*log(det(Sigma))-tr(inv(Sigma)@S)/2"),
    (r"\ln((2\pi)^d\det(\Sigma))", "Sigma", "d: Sigma:nn", "log((2*np.pi)**d*det(Sigma))"),
    (r"\log|\det \Sigma|", "Sigma", "Sigma:nn", "log(abs(det(Sigma)))"),
    (r"\frac{1}{2}\left[\log\frac{|\Sigma_2|}{|\Sigma_1|} - n + \text{tr} \{ \Sigma_2^{-1}\Sigma_1 \} "
     r"+ (\mu_2 - \mu_1)^T \Sigma_2^{-1}(\mu_2 - \mu_1)\right]", "Sigma_2",
     "Sigma_1:mm Sigma_2:mm mu_1:m mu_2:m n:",
     "(log(det(Sigma_2)/det(Sigma_1))-n+tr(inv(Sigma_2)@Sigma_1)+(mu_2-mu_1)@inv(Sigma_2)@(mu_2-mu_1))/2"),
    (r"\log(\frac{\sigma_2}{\sigma_1})+\frac{\sigma_1^2+(\mu_1-\mu_2)^2}{2\sigma^2_2}-\frac{1}{2}", "sigma_2",
     "sigma_1: sigma_2: mu_1: mu_2:",
     "log(sigma_2/sigma_1)+(sigma_1**2+(mu_1-mu_2)**2)/(2*sigma_2**2)-1/2"),
    (r"-\frac12\left(1+\ln\sigma^2-\bar{z}^2-\sigma^2\right)", "sigma", "sigma: z_bar:",
     "-(1+log(sigma**2)-z_bar**2-sigma**2)/2"),
    (r"\frac{1}{2} \left[ \sum_{i=1}^{z}\mu_{i}^{2} + \sum_{i=1}^{z}\sigma_{i}^{2} - "
     r"\sum_{i=1}^{z} \left(\log(\sigma_{i}^{2}) + 1 \right) \right]", "sigma", "mu:n sigma:n",
     "((mu**2).sum()+(sigma**2).sum()-(log(sigma**2)+1).sum())/2"),
    (r"\frac12 y^\top (K+\sigma^2 I)^{-1} y + \frac12 \log|K+\sigma^2 I| + \frac n2 \log 2\pi", "K",
     "y:m K:mm sigma: n:",
     "y@inv(K+sigma**2*np.eye(3))@y/2+log(det(K+sigma**2*np.eye(3)))/2+n/2*log(2*np.pi)"),
    (r"k_*^T (K+\sigma_n^2 I)^{-1} y", "y", "k_star:n K:nn sigma_n: y:n", "k_star@inv(K+sigma_n**2*np.eye(4))@y"),
    (r"-\sum_{i} p_i \log p_i", "p", "p:n", "-(p*log(p)).sum()"),
    (r"\sum_i p_i \log \frac{p_i}{q_i}", "q", "p:n q:n", "(p*log(p/q)).sum()"),
    (r"\sum_{i,j} P_{ij} \log \frac{P_{ij}}{Q_{ij}}", "P", "P:mn Q:mn", "(P*log(P/Q)).sum()"),
]  # fmt: skip

LEARNING = [
    (r"-\frac{1}{N} \sum_{i=1}^N [y_i \log \hat{y}_i + (1 - y_i) \log (1 - \hat{y}_i)]", "y_hat", "y:n% y_hat:n%",
     "-(y*log(y_hat)+(1-y)*log(1-y_hat)).mean()"),
    (r"-\sum_{k} y_k \log \hat{y}_k", "y_hat", "y:n y_hat:n", "-(y*log(y_hat)).sum()"),
    (r"-\frac1N\sum_{n=1}^N \left[ t_n \ln \sigma(w^T x_n) + (1-t_n)\ln(1-\sigma(w^T x_n)) \right]", "w",
     "t:n w:k X:nk", "-(t*log(sp.expit(X@w))+(1-t)*log(1-sp.expit(X@w))).mean()"),
    (r"\frac12\|w\|^2 + C\sum_i \max(0, 1 - y_i(w^T x_i + b))", "w", "w:n C: y:m X:mn b:",
     "w@w/2+C*np.maximum(0,1-y*(X@w+b)).sum()"),
    (r"\frac12\|w\|^2 - \sum_i \alpha_i [y_i (w\cdot x_i + b) - 1]", "w", "w:n alpha:m y:m X:mn b:",
     "w@w/2-(alpha*(y*(X@w+b)-1)).sum()"),
    (r"\sum_i \exp(-w\cdot x_i)", "w", "w:n X:mn", "exp(-X@w).sum()"),
    (r"\sum_i x_i \cdot y_i", "y", "x:n y:n", "x@y"),
    (r"\sum_i \alpha_i - \frac12 \sum_{i,j} \alpha_i\alpha_j y_i y_j K_{ij}", "alpha", "alpha:n y:n K:nn",
     "alpha.sum()-(alpha*y)@K@(alpha*y)/2"),
    (r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V", "V", "Q:mn K:kn d_k: V:kp",
     "sp.softmax(Q@K.T/np.sqrt(d_k),axis=1)@V"),
    (r"\|R - UV^T\|_F^2 + \lambda(\|U\|_F^2 + \|V\|_F^2)", "U", "R:mn U:mk V:nk lambda:",
     "((R-U@V.T)**2).sum()+lam*((U**2).sum()+(V**2).sum())"),
    (r"\|W \odot (X - UV^\top)\|_F^2", "V", "W:mn X:mn U:mk V:nk", "((W*(X-U@V.T))**2).sum()"),
    (r"\| M \circ (A - BC) \|_F^2", "B", "M:mn A:mn B:mk C:kn", "((M*(A-B@C))**2).sum()"),
    (r"( r_{ui} - q_i^T p_u )^2 + \lambda (|q_i|^2 + |p_u|^2)", "q_i", "r_ui: q_i:n p_u:n lambda:",
     "(r_ui-q_i@p_u)**2+lam*(q_i@q_i+p_u@p_u)"),
    ("-0.5 * torch.sum(1 + logv - mean.pow(2) - logv.exp())", "logv", "logv:n mean:n",
     "-0.5*(1+logv-mean**2-exp(logv)).sum()"),
    ("0.5 * torch.mean(mean_sq + stddev_sq - torch.log(stddev_sq) - 1)", "stddev_sq", "mean_sq:n stddev_sq:n",
     "0.5*(mean_sq+stddev_sq-log(stddev_sq)-1).mean()"),
    ("1/(1 + np.exp(-np.dot(W, x)))", "x", "W:mn x:n", "1/(1+exp(-W@x))"),
    ("np.outer(z*(1-z), x)", "z", "z:n x:m", "np.outer(z*(1-z),x)"),
    (r"\tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)", "x_t", "W_hh:mn h_tminus1:n W_xh:mk x_t:k b_h:m",
     "np.tanh(W_hh@h_tminus1+W_xh@x_t+b_h)"),
    (r"\exp\left(-\frac{\|x-y\|^2}{2\sigma^2}\right)", "x", "x:n y:n sigma:", "exp(-(x-y)@(x-y)/(2*sigma**2))"),
    (r"k(x,y) = \exp(-\gamma\|x-y\|^2)", "gamma", "gamma: x:n y:n", "exp(-gamma*(x-y)@(x-y))"),
    (r"(x^\top y + c)^d", "x", "x:n y:n c: d:", "(x@y+c)**d"),
    (r"\tanh(\alpha x^\top y + c)", "x", "alpha: x:n y:n c:", "np.tanh(alpha*x@y+c)"),
    (r"\log \sum_{j} e^{x_j}", "x", "x:n", "log(exp(x).sum())"),
    (r"\log \sum_k \pi_k \exp(-\frac12\|x-\mu_k\|^2)", "x", "pi:m x:n Mu:mn",
     "log((pi*exp(-((x-Mu)**2).sum(axis=1)/2)).sum())"),
    (r"\frac{w^T S_B w}{w^T S_W w}", "w", "w:n S_B:nn S_W:nn", "w@S_B@w/(w@S_W@w)"),
]  # fmt: skip

SYSTEMS = [
    (r"\frac{1}{2}(\mathbf{x}^T\mathbf{Qx} + \mathbf{u}^T\mathbf{Ru})", "u", "x:n Q:nn u:m R:mm", "(x@Q@x+u@R@u)/2"),
    (r"x_t^\top Q x_t + u_t^\top R u_t", "u_t", "x_t:n Q:nn u_t:m R:mm", "x_t@Q@x_t+u_t@R@u_t"),
    (r"(Cx_t - r_t)^\top Q (Cx_t - r_t) + u_t^\top R u_t", "x_t", "C:mn x_t:n r_t:m Q:mm u_t:k R:kk",
     "(C@x_t-r_t)@Q@(C@x_t-r_t)+u_t@R@u_t"),
    (r"A x_t + B u_t + w_t", "u_t", "A:mn x_t:n B:mk u_t:k w_t:m", "A@x_t+B@u_t+w_t"),
    (r"-\textbf{K} \cdot \textbf{x} + K_u \cdot u_d", "x", "K:mn x:n K_u:mk u_d:k", "-K@x+K_u@u_d"),
    (r"(I - K H) P (I - K H)^T + K R K^T", "K", "K:mn H:nm P:mm R:nn",
     "(np.eye(3)-K@H)@P@(np.eye(3)-K@H).T+K@R@K.T"),
    (r"\operatorname{tr}((I - KH)P(I-KH)^T + KRK^T)", "K", "K:mn H:nm P:mm R:nn",
     "tr((np.eye(3)-K@H)@P@(np.eye(3)-K@H).T+K@R@K.T)"),
    (r"P - P H^T (H P H^T + R)^{-1} H P", "P", "P:mm H:km R:kk", "P-P@H.T@inv(H@P@H.T+R)@H@P"),
    (r"(z - h)^T \Omega (z - h)", "z", "z:n h:n Omega:nn", "(z-h)@Omega@(z-h)"),
    (r"e^T \Omega e", "e", "e:n Omega:nn", "e@Omega@e"),
    (r"(J^T J + \lambda I)^{-1} J^T r", "r", "J:mn lambda: r:m", "inv(J.T@J+lam*np.eye(4))@J.T@r"),
    (r"\|q - (Rp + t)\|^2", "R", "q:m R:mn p:n t:m", "((q-R@p-t)**2).sum()"),
    (r"\|R p + t - q\|^2", "t", "R:mn p:n t:m q:m", "((R@p+t-q)**2).sum()"),
    (r"\frac{1}{2} \dot{\mathbf{q}}^T \mathbf{M} \dot{\mathbf{q}} - \mathbf{q}^T \mathbf{K} \mathbf{q}", "q_dot",
     "q_dot:n M:nn q:m K:mm", "q_dot@M@q_dot/2-q@K@q"),
    (r"H x_{t-1} + w_t", "H", "H:mn x_tminus1:n w_t:m", "H@x_tminus1+w_t"),
    (r"\frac{|w^H h|^2}{w^H R w}", "w", "w:n h:n R:nn", "(w@h)**2/(w@R@w)"),
    (r"\log\det(I + \frac{P}{\sigma^2} H H^T)", "H", "P:mm sigma: H:mn",
     "log(det(np.eye(3)+P/sigma**2@H@H.T))"),
]  # fmt: skip

OPTIMISATION = [
    (r"w^T \Sigma w - \lambda(\mu^T w - r)", "w", "w:n Sigma:nn lambda: mu:n r:", "w@Sigma@w-lam*(mu@w-r)"),
    (r"\max_w w^T\mu - \frac{\gamma}{2} w^T\Sigma w", "w", "w:n mu:n gamma: Sigma:nn", "w@mu-gamma/2*w@Sigma@w"),
    (r"\frac{w^\top \mu - r_f}{\sqrt{w^\top\Sigma w}}", "w", "w:n mu:n r_f: Sigma:nn",
     "(w@mu-r_f)/np.sqrt(w@Sigma@w)"),
    (r"\|y - D x\|_2^2 + \lambda \|x\|_1", "x", "y:m D:mn x:n lambda:", "((y-D@x)**2).sum()+lam*abs(x).sum()"),
    (r"\|\Phi x - y\|_2^2 + \mu \|Wx\|_1", "x", "Phi:mn x:n y:m mu: W:kn", "((Phi@x-y)**2).sum()+mu*abs(W@x).sum()"),
    (r"\frac{1}{2}\|Ax - b\|_2^2 + \frac{\rho}{2}\|x - z + u\|_2^2", "x", "A:mn x:n b:m rho: z:n u:n",
     "((A@x-b)**2).sum()/2+rho/2*((x-z+u)**2).sum()"),
    (r"\lambda^T(Ax - b) + \frac{\rho}{2}\|Ax-b\|^2", "x", "lambda:m A:mn x:n b:m rho:",
     "lam@(A@x-b)+rho/2*((A@x-b)**2).sum()"),
    (r"\mbox{tr} \left( \left( X^T X - A \right)^T \left(X^T X - A \right) \right)", "X", "X:mn A:nn",
     "tr((X.T@X-A).T@(X.T@X-A))"),
    (r"\mathrm{tr} XAX^\top", "X", "X:mn A:nn", "tr(X@A@X.T)"),
    (r"\sqrt{\text{tr }(X^TX)}", "X", "X:mn", "norm(X)"),
    (r"||\mathbf{X}^T -\mathbf{A} ||_F^2", "X", "X:mn A:nm", "((X.T-A)**2).sum()"),
    (r"||Ax-B||_F^2", "x", "A:mn x:n B:m", "((A@x-B)**2).sum()"),
    (r"\operatorname{Tr}(X^T A XB)", "X", "X:mn A:mm B:nn", "tr(X.T@A@X@B)"),
    (r"q \otimes p", "q", "q:n p:m", "np.kron(q,p)"),
    (r"\frac{1}{\lambda} - \frac{1}{f}", "f", "lambda: f:", "1/lam-1/f"),
    (r"n_1 \sin\theta_1", "theta_1", "n_1: theta_1:", "n_1*np.sin(theta_1)"),
    (r"\gamma \frac{x - \mu}{\sigma} + \beta", "sigma", "gamma: x: mu: sigma: beta:", "gamma*(x-mu)/sigma+beta"),
]  # fmt: skip

ROWS = LIKELIHOODS + LEARNING + SYSTEMS + OPTIMISATION


@pytest.mark.parametrize(("text", "wrt", "spec", "code"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_meaning(text: str, wrt: str, spec: str, code: str) -> None:
    check(text, wrt, spec, code)
